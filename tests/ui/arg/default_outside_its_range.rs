use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool]
fn add(a: i64, #[arg(default = -1, range(0..=100))] b: i64) -> i64 {
    a + b
}

fn main() {}
