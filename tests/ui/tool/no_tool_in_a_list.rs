use disco_sdk::prelude::*;

/// Asks for a greeting.
#[prompt]
fn greet(name: String) -> String {
    name
}

fn main() {
    let _ = tools![greet];
}
