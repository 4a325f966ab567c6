use disco_sdk::prelude::*;

type Call = Context;

/// A note.
#[resource("note://{call}")]
async fn note(call: Call) -> String {
    call.version().to_string()
}

fn main() {}
