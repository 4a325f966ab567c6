use disco_sdk::prelude::*;

/// A note.
#[resource("note://{id}", layer = 0..1)]
fn note(id: u32) -> String {
    id.to_string()
}

fn main() {}
