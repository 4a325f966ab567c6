use disco_sdk::prelude::*;

/// Gives one.
#[tool]
async fn one(_: i64) -> i64 {
    1
}

fn main() {}
