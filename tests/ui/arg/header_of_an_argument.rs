use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt]
fn review(#[arg(header = "Language")] language: String) -> String {
    language
}

fn main() {}
