use disco_sdk::prelude::*;

/// Reads.
#[tool]
#[prompt]
fn read() -> String {
    String::new()
}

fn main() {}
