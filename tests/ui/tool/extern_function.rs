use disco_sdk::prelude::*;

/// Adds one.
#[tool]
extern "C" fn add(a: i64) -> i64 {
    a + 1
}

fn main() {}
