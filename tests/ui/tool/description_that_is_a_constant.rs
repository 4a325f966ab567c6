use disco_sdk::prelude::*;

const WORDS: &str = "Adds two numbers.";

#[tool(description = WORDS)]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {}
