//! Two choices, one name.
use disco_sdk::prelude::*;

#[derive(Form)]
#[form(rename_all = "lowercase")]
enum Way {
    Train,
    TRAIN,
}

fn main() {}
