//! Neither fields nor choices.
use disco_sdk::prelude::*;

#[derive(Form)]
union Either {
    left: u8,
    right: i8,
}

fn main() {}
