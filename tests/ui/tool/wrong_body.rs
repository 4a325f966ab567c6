use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool(read_only)]
fn add(a: i64, b: i64) -> i64 {
    a + c
}

/// Says hello.
#[tool]
async fn greet(name: String) -> String {
    let hello: u32 = "hello";
    format!("{hello}, {name}").to_uper()
}

struct Notes;

#[handlers]
impl Notes {
    /// A note.
    #[resource("note://{id}")]
    fn note(&self, id: u64) -> String {
        self.notes(id)
    }

    /// Asks for a review.
    #[prompt]
    async fn review(&self, code: String) -> String {
        code.await
    }
}

fn main() {}
