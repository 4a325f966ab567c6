//! The words of serde.
use disco_sdk::prelude::*;

#[derive(Form)]
#[form(rename_all = "snakecase")]
struct Contact {
    mail: String,
}

fn main() {}
