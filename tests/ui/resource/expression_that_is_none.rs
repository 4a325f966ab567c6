use disco_sdk::prelude::*;

/// A note.
#[resource("note://{id-1}")]
async fn note(id: String) -> String {
    id
}

fn main() {}
