use disco_sdk::prelude::*;

#[prompt]
fn review(code: String) -> String {
    code
}

fn main() {}
