use disco_sdk::prelude::*;

fn notes() -> Vec<ResourceLink> {
    Vec::new()
}

/// The note.
#[resource("note://1", list = notes)]
async fn note() -> &'static str {
    "a note"
}

fn main() {}
