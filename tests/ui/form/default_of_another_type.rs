//! A default is of the field's type.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(default = true)]
    count: u8,
}

fn main() {}
