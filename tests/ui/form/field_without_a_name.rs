use disco_sdk::prelude::*;

#[derive(Form)]
struct Trip {
    #[form(rename = "")]
    nights: u8,
}

fn main() {}
