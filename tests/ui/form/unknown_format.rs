//! Clients know four formats.
use disco_sdk::prelude::*;

#[derive(Form)]
struct Contact {
    #[form(format = "e-mail")]
    mail: String,
}

fn main() {}
