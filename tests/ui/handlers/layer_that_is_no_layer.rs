use disco_sdk::prelude::*;

struct Notes;

#[handlers(layer = 7)]
impl Notes {
    /// Counts the notes.
    #[tool]
    fn count(&self) -> u32 {
        0
    }
}

fn main() {}
