use disco_sdk::prelude::*;

struct Context;

/// A note.
#[resource("note://{id}")]
async fn note(id: String, context: Context) -> String {
    let _ = context;
    id
}

fn main() {}
