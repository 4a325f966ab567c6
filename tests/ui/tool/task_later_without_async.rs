use disco_sdk::prelude::*;

/// Digs a hole.
#[tool(task = "later")]
fn dig() {}

fn main() {}
