use disco_sdk::prelude::*;

/// A note.
#[resource("note://{?page}/{id}")]
async fn note(page: Option<u32>, id: String) -> String {
    format!("{id} {page:?}")
}

fn main() {}
