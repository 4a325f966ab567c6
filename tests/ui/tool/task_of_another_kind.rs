use disco_sdk::prelude::*;

/// Digs a hole.
#[tool(task = "sometimes")]
async fn dig() {}

fn main() {}
