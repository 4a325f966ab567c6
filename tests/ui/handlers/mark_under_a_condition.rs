use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[cfg_attr(not(test), tool)]
    fn read(&self) -> String {
        String::new()
    }

    /// Lists.
    #[tool]
    fn list(&self) -> String {
        String::new()
    }
}

fn main() {}
