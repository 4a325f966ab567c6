use disco_sdk::prelude::*;

/// Some notes.
#[resource("note://all{/ids*}")]
async fn notes(ids: u64) -> String {
    ids.to_string()
}

fn main() {}
