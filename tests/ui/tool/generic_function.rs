use disco_sdk::prelude::*;

/// Echoes.
#[tool]
async fn echo<T>(value: String) -> String {
    value
}

fn main() {}
