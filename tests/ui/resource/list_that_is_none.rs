use disco_sdk::prelude::*;

fn notes(of: String) -> Vec<ResourceLink> {
    vec![ResourceLink::new(note::uri(1), of)]
}

/// A note.
#[resource("note://{id}", list = notes)]
async fn note(id: u64) -> String {
    id.to_string()
}

fn main() {}
