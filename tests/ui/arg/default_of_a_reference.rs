use disco_sdk::prelude::*;

/// Tells who asks.
#[tool]
fn who(#[arg(default)] context: &Context) -> String {
    format!("{context:?}")
}

fn main() {}
