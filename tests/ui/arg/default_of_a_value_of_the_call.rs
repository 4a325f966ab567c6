use disco_sdk::prelude::*;

/// Counts.
#[tool]
fn count(#[arg(inject, default = 1)] cx: Context) -> i64 {
    let _ = cx;
    1
}

fn main() {}
