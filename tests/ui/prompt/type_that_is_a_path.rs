use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt(type = prompts::Review)]
fn review(code: String) -> String {
    code
}

fn main() {}
