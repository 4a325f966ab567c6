use disco_sdk::prelude::*;

/// Greets.
#[tool]
fn greet(#[arg(default = 3)] name: String) -> String {
    name
}

fn main() {}
