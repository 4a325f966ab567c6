use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(one_of())] colour: String) {
    let _ = colour;
}

fn main() {}
