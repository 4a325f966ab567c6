use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(len(..))] name: String) {
    let _ = name;
}

fn main() {}
