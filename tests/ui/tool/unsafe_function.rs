use disco_sdk::prelude::*;

/// Echoes.
#[tool]
async unsafe fn echo(value: String) -> String {
    value
}

fn main() {}
