use disco_sdk::prelude::*;

/// Runs a query.
#[tool]
fn query(#[arg(header = "the region")] region: String) -> String {
    region
}

fn main() {}
