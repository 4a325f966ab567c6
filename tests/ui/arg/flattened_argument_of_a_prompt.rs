use disco_sdk::prelude::*;

#[derive(serde::Deserialize, JsonSchema)]
struct Page {
    offset: u32,
}

/// Asks for a list.
#[prompt]
fn list(#[arg(flatten)] page: Page) -> String {
    page.offset.to_string()
}

fn main() {}
