//! A default that would be refused.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(range(1..=9), default = 10)]
    count: u8,
}

fn main() {}
