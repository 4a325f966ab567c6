use disco_sdk::prelude::*;

/// A note.
#[resource("note://{id}")]
async fn note(id: Option<u64>) -> String {
    format!("{id:?}")
}

fn main() {}
