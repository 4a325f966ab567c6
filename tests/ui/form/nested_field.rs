//! A form is flat.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Address {
    city: String,
}

#[derive(Form)]
struct Order {
    address: Address,
}

fn main() {}
