//! Words are written as texts.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(title = 3, description)]
    count: u8,
}

fn main() {}
