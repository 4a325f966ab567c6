use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        String::new()
    }

    /// Reads too.
    #[tool(name = "read")]
    fn get(&self) -> String {
        String::new()
    }
}

fn main() {}
