use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Drop for Notes {
    /// Drops.
    #[tool]
    fn drop(&mut self) {}
}

fn main() {}
