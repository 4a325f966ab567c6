use disco_sdk::Writes;
use disco_sdk::prelude::*;

struct Db;

impl Writes for Db {}

/// Lists the notes.
#[tool(read_only)]
fn notes(most: Option<u64>, db: State<Db>) -> u64 {
    let _ = db;
    most.unwrap_or_default()
}

fn main() {}
