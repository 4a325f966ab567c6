use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(icon = 3)]
fn review(code: String) -> String {
    code
}

fn main() {}
