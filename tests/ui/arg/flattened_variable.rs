use disco_sdk::prelude::*;

/// A page.
#[resource("pages://{page}")]
fn page(#[arg(flatten)] page: u32) -> String {
    page.to_string()
}

fn main() {}
