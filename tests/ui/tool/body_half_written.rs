use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool]
fn add(a: i64, b: i64) -> i64 {
    let sum = a + ;
    b
}

fn main() {
    let _ = tools![add];
}
