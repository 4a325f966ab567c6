use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool]
struct Add;

fn main() {}
