use disco_sdk::prelude::*;

#[derive(serde::Deserialize, JsonSchema)]
struct Page {
    offset: u32,
}

/// Lists.
#[tool]
fn list(#[arg(flatten, len(1..))] page: Page) -> u32 {
    page.offset
}

fn main() {}
