use disco_sdk::Writes;
use disco_sdk::prelude::*;

struct Pen;

impl Writes for Pen {}

#[handlers]
impl Pen {
    /// Reads.
    #[tool(read_only)]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {}
