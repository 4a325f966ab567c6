use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(description)]
fn review(code: String) -> String {
    code
}

fn main() {}
