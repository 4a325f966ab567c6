use disco_sdk::prelude::*;

struct Notes;

#[handlers]
impl Notes {
    /// Reads.
    #[tool]
    fn read(&self) -> String {
        let text = ;
        String::new()
    }
}

fn main() {
    let _ = Server::new("notes", "1").with(Notes);
}
