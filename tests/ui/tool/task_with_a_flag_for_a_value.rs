use disco_sdk::prelude::*;

/// Digs a hole.
#[tool(task = true)]
async fn dig() {}

fn main() {}
