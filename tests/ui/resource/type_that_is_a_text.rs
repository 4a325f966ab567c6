use disco_sdk::prelude::*;

/// What this is.
#[resource("about://it", type = "About")]
fn about() -> &'static str {
    "a test"
}

fn main() {}
