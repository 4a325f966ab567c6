use disco_sdk::prelude::*;

/// Counts letters.
#[tool]
async fn count(text: Option<&str>) -> usize {
    text.map_or(0, str::len)
}

fn main() {}
