use disco_sdk::prelude::*;

/// A note.
#[resource("note://1{#part}/text")]
async fn note(part: Option<String>) -> String {
    format!("{part:?}")
}

fn main() {}
