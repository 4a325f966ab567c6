use disco_sdk::prelude::*;

/// All notes.
#[resource("note://all", mime_type = "json")]
async fn notes() -> String {
    String::new()
}

fn main() {}
