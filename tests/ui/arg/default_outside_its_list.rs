use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(one_of("red", "green"), default = "blue")] colour: String) {
    let _ = colour;
}

fn main() {}
