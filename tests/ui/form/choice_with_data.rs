//! A choice holds no data.
use disco_sdk::prelude::*;

#[derive(Form)]
enum Way {
    Train(u8),
    Foot { shoes: String },
}

fn main() {}
