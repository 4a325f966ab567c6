use disco_sdk::prelude::*;

/// Deletes everything.
#[tool(audience)]
fn purge() -> &'static str {
    "all is gone"
}

fn main() {}
