use disco_sdk::prelude::*;

/// Paints.
#[tool]
fn paint(#[arg(one_of(0.5, 1.5))] share: f64) {
    let _ = share;
}

fn main() {}
