use disco_sdk::prelude::*;

struct Db;

type Context = Db;

/// Counts notes.
#[tool]
async fn count(context: Context) -> usize {
    let _ = context;
    0
}

fn main() {}
