use disco_sdk::prelude::*;

/// Some notes.
#[resource("note://all{&page}")]
async fn notes(page: Option<u64>) -> String {
    format!("{page:?}")
}

fn main() {}
