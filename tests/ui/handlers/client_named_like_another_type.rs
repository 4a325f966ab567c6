use disco_sdk::prelude::*;

struct Notes;

struct NotesClient;

#[handlers(client = NotesClient)]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
