use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(example = true)] size: u8) {
    let _ = size;
}

fn main() {}
