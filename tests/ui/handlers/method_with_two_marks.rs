use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    #[prompt]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
