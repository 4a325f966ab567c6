use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(pattern = "^[0-9]$")] size: u8) {
    let _ = size;
}

fn main() {}
