use disco_sdk::prelude::*;

/// What this is.
#[resource("about://it", icon = 3)]
fn about() -> &'static str {
    "a test"
}

fn main() {}
