//! A number has no length.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(len(1..=9))]
    count: u8,
}

fn main() {}
