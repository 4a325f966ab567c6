use disco_sdk::prelude::*;

/// A note.
#[resource("note://{id}")]
async fn note(id: u64) -> String {
    if id == 0 { note::uri("first") } else { id.to_string() }
}

fn main() {}
