use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(name = "code review")]
fn review() -> &'static str {
    "Review this."
}

fn main() {}
