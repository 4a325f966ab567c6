use disco_sdk::prelude::*;

/// Asks for a review.
#[prompt]
fn review(code: String) -> String {
    code
}

/// Asks for a review again.
#[prompt(name = "review")]
fn again(code: String) -> String {
    code
}

fn main() {
    let _ = prompts![review, again];
}
