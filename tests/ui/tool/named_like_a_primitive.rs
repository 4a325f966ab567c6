use disco_sdk::prelude::*;

/// Makes text.
#[tool]
fn str(number: i64) -> String {
    number.to_string()
}

fn main() {}
