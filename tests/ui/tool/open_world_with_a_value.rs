use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool(open_world = true)]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {}
