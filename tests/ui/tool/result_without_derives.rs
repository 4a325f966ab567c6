use disco_sdk::prelude::*;

struct Sum(i64);

/// Adds two numbers.
#[tool]
async fn add(a: i64, b: i64) -> Sum {
    Sum(a + b)
}

fn main() {}
