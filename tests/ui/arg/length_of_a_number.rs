use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(len(1..=9))] size: u8) {
    let _ = size;
}

fn main() {}
