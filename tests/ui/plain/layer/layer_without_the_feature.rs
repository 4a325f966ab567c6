use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool(layer = limited())]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn limited() {}

struct Notes;

#[handlers(layer = limited())]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        String::new()
    }
}

fn main() {
    let _ = Server::new("notes", "1.0.0").with(tools![add]).with(Notes);
}
