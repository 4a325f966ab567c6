use disco_sdk::prelude::*;

/// What this is.
#[resource("about://it", tags = "about")]
fn about() -> &'static str {
    "a test"
}

fn main() {}
