use disco_sdk::prelude::*;

/// What this is.
#[resource("about://it", audience = 3)]
fn about() -> &'static str {
    "a test"
}

fn main() {}
