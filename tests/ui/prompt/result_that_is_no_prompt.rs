use disco_sdk::prelude::*;

/// Asks for a number.
#[prompt]
fn number() -> i64 {
    1
}

fn main() {}
