use disco_sdk::Writes;
use disco_sdk::prelude::*;

struct Db;

impl Writes for Db {}

struct Notes;

#[handlers]
impl Notes {
    /// Lists the notes.
    #[tool(read_only)]
    async fn list(&self, db: State<Db>) -> u64 {
        let _ = db;
        0
    }

    /// Writes a note.
    #[tool]
    async fn write(&self, db: State<Db>) -> u64 {
        let _ = db;
        0
    }
}

fn main() {}
