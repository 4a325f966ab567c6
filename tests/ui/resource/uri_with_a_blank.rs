use disco_sdk::prelude::*;

/// A note.
#[resource("note://my notes")]
async fn notes() -> String {
    String::new()
}

fn main() {}
