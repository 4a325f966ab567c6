//! Only choices come in lists.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    dishes: Vec<String>,
}

fn main() {}
