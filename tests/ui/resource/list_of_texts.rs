use disco_sdk::prelude::*;

fn notes() -> Vec<String> {
    vec![note::uri(1)]
}

/// A note.
#[resource("note://{id}", list = notes)]
async fn note(id: u64) -> String {
    id.to_string()
}

fn main() {}
