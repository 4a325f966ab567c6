use disco_sdk::Writes;
use disco_sdk::prelude::*;

struct Db;

impl Writes for Db {}

type Database = State<Db>;

/// Lists the notes.
#[tool(read_only)]
fn notes(db: &Database) -> u64 {
    let _ = db;
    0
}

fn main() {}
