use disco_sdk::prelude::*;

/// Adds one.
#[tool]
fn add(#[arg("the first")] a: i64) -> i64 {
    a + 1
}

fn main() {}
