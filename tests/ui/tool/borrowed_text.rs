use disco_sdk::prelude::*;

/// Counts letters.
#[tool]
async fn count(text: &str) -> usize {
    text.len()
}

fn main() {}
