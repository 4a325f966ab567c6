use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(read_only)]
fn review(code: String) -> String {
    code
}

fn main() {}
