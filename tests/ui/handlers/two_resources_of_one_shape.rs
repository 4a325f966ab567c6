use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// A note.
    #[resource("note://{id}")]
    fn note(&self, id: u64) -> String {
        id.to_string()
    }

    /// A note by name.
    #[resource("note://{name}")]
    fn named(&self, name: String) -> String {
        name
    }
}

fn main() {}
