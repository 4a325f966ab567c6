use disco_sdk::prelude::*;

/// Greets.
#[tool]
fn greet() -> impl std::fmt::Display {
    "hello"
}

fn main() {}
