use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    pub fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
