use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(tags("code", "code"))]
fn review(code: String) -> String {
    code
}

fn main() {}
