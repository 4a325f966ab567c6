use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool]
fn add(a: i64, #[arg(complete = numbers)] b: i64) -> i64 {
    a + b
}

fn numbers(_typed: String) -> Vec<String> {
    vec![]
}

fn main() {}
