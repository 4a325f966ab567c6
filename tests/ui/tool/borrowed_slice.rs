use disco_sdk::prelude::*;

/// Adds numbers.
#[tool]
async fn sum(numbers: &[i64]) -> i64 {
    numbers.iter().sum()
}

fn main() {}
