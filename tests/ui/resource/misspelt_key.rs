use disco_sdk::prelude::*;

/// All notes.
#[resource("note://all", mimetype = "text/plain")]
async fn notes() -> String {
    String::new()
}

fn main() {}
