use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(one_of(1, 2))] colour: String) {
    let _ = colour;
}

fn main() {}
