use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    #[tool]
    fn read(&self) -> String {
        String::new()
    }

    /// Writes.
    #[tool(nmae = "save")]
    fn write(&self, text: &str) -> String {
        text.to_owned()
    }
}

fn main() {
    let _ = Notes.read();
}
