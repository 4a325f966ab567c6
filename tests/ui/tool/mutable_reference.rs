use disco_sdk::prelude::*;

/// Counts letters.
#[tool]
async fn count(text: &mut String) -> usize {
    text.len()
}

fn main() {}
