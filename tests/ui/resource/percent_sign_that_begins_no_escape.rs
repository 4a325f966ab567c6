use disco_sdk::prelude::*;

/// A note.
#[resource("note://100%/{id}")]
async fn note(id: String) -> String {
    id
}

fn main() {}
