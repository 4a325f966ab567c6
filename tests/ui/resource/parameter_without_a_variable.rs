use disco_sdk::prelude::*;

/// A note.
#[resource("note://{id}")]
async fn note(id: String, page: u32) -> String {
    format!("{id} {page}")
}

fn main() {}
