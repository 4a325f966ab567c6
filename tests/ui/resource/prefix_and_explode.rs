use disco_sdk::prelude::*;

/// Some notes.
#[resource("note://{ids:3*}")]
async fn notes(ids: Vec<String>) -> String {
    ids.concat()
}

fn main() {}
