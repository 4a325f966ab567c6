use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(one_of("red", "red"))] colour: String) {
    let _ = colour;
}

fn main() {}
