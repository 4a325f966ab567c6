use disco_sdk::prelude::*;

/// Echoes.
#[tool]
fn echo(#[arg(range(1..=3))] text: String) -> String {
    text
}

fn main() {}
