use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool = "notes.read"]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
