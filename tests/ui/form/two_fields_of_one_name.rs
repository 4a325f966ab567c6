//! Two fields, one name.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Contact {
    mail: String,
    #[form(rename = "mail")]
    other: String,
}

fn main() {}
