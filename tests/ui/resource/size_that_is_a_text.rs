use disco_sdk::prelude::*;

/// A note.
#[resource("note://one", size = "4")]
fn note() -> &'static str {
    "four"
}

fn main() {}
