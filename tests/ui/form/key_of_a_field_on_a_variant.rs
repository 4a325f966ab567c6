//! A variant has no range.
use disco_sdk::prelude::*;

#[derive(Form)]
enum Way {
    #[form(range(1..=2))]
    Train,
    Foot,
}

fn main() {}
