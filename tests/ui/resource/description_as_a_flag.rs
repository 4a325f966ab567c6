use disco_sdk::prelude::*;

/// What this is.
#[resource("about://it", description)]
fn about() -> &'static str {
    "a test"
}

fn main() {}
