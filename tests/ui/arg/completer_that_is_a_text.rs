use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt]
fn review(#[arg(complete = "languages")] language: String) -> String {
    language
}

fn main() {}
