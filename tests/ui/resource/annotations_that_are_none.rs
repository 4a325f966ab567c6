use disco_sdk::prelude::*;

/// A note.
#[resource("note://one", annotations = 5)]
fn note() -> &'static str {
    "four"
}

fn main() {}
