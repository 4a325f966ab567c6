use disco_sdk::prelude::*;

/// A note.
#[resource]
async fn note() -> String {
    String::new()
}

fn main() {}
