use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool(type = Read)]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
