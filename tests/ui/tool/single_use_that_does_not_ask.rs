use disco_sdk::prelude::*;

/// Digs a hole.
#[tool(single_use)]
fn dig() {}

fn main() {}
