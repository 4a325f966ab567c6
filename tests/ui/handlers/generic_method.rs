use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    fn read<T: Into<String>>(&self, name: T) -> String {
        name.into()
    }
}

fn main() {}
