use disco_sdk::prelude::*;

/// Digs a hole.
#[tool(task = "latr")]
async fn dig() {}

fn main() {}
