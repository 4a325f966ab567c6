use disco_sdk::prelude::*;

struct Notes;

#[handlers(client = "NotesClient")]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
