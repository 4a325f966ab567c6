use disco_sdk::prelude::*;

/// A note.
#[resource("note://{id}", size = 7)]
async fn note(id: u64) -> String {
    id.to_string()
}

fn main() {}
