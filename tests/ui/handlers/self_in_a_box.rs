use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    fn read(self: Box<Self>) -> String {
        String::new()
    }
}

fn main() {}
