//! No number is in it.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(range(9..=1))]
    count: u8,
}

fn main() {}
