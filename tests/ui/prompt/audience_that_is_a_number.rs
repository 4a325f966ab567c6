use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(audience = 3)]
fn review(code: String) -> String {
    code
}

fn main() {}
