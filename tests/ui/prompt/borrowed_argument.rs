use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt]
fn review(code: &str) -> String {
    code.to_owned()
}

fn main() {}
