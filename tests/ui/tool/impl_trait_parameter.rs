use disco_sdk::prelude::*;

/// Counts letters.
#[tool]
async fn count(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

fn main() {}
