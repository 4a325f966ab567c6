//! Only enums have names of choices.
use disco_sdk::prelude::*;

#[derive(Form)]
#[form(enum_names)]
struct Order {
    count: u8,
}

fn main() {}
