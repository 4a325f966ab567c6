use disco_sdk::prelude::*;

/// A note.
#[resource("notes/all")]
async fn notes() -> String {
    String::new()
}

fn main() {}
