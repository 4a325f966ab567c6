use disco_sdk::prelude::*;

#[derive(serde::Deserialize, JsonSchema)]
struct Page {
    offset: u32,
}

/// Lists.
#[tool]
fn list(
    #[arg(flatten, rename = "p")] page: Page,
    #[arg(flatten, header = "Page")] other: Page,
    #[arg(flatten, inject)] third: Page,
    #[arg(flatten = true)] fourth: Page,
) -> u32 {
    page.offset + other.offset + third.offset + fourth.offset
}

fn main() {}
