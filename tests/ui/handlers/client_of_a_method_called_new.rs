use disco_sdk::prelude::*;

struct Notes;

#[handlers(client = NotesClient)]
impl Notes {
    /// Makes a note.
    #[tool]
    fn new(&self) -> String {
        String::new()
    }
}

fn main() {}
