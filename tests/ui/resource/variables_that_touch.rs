use disco_sdk::prelude::*;

/// A note.
#[resource("note://{book}{page}")]
async fn note(book: String, page: u32) -> String {
    format!("{book} {page}")
}

fn main() {}
