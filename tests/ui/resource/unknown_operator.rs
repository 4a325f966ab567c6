use disco_sdk::prelude::*;

/// A note.
#[resource("note://{!id}")]
async fn note(id: String) -> String {
    id
}

fn main() {}
