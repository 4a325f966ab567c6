use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(len(9..=1))] name: String) {
    let _ = name;
}

fn main() {}
