//! A text has no range.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(range(1..=9))]
    dish: String,
}

fn main() {}
