use disco_sdk::prelude::*;

/// A note.
#[resource("note://id}")]
fn note() -> String {
    String::new()
}

fn main() {}
