use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Writes.
    #[tool]
    fn write(&mut self, text: String) -> String {
        text
    }
}

fn main() {}
