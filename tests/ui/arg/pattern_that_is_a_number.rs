use disco_sdk::prelude::*;

/// Finds a word.
#[tool]
fn find(#[arg(pattern = 3)] word: String) -> String {
    word
}

fn main() {}
