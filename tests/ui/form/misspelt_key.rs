//! A key that is not known.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Order {
    #[form(titel = "What?")]
    dish: String,
}

fn main() {}
