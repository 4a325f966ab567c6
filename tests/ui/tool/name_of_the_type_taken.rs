use disco_sdk::prelude::*;

mod search {}

/// Searches.
#[tool]
fn search(text: String) -> String {
    text
}

fn main() {}
