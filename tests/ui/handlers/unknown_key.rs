use disco_sdk::prelude::*;

struct Notes;

#[handlers(prefix = "notes")]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
