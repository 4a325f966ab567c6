use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(example)] colour: String) {
    let _ = colour;
}

fn main() {}
