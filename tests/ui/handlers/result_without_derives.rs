use disco_sdk::prelude::*;

struct Notes;

struct Note;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    async fn read(&self) -> Note {
        Note
    }
}

fn main() {}
