use disco_sdk::prelude::*;

/// A note.
#[resource("note://one", cache = 5)]
fn note() -> &'static str {
    "four"
}

fn main() {}
