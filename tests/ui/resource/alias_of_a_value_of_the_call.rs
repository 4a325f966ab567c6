use disco_sdk::prelude::*;

type Call = Context;

/// A note.
#[resource("note://{id}")]
async fn note(id: String, call: Call) -> String {
    let _ = call;
    id
}

fn main() {}
