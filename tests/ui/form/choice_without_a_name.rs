use disco_sdk::prelude::*;

#[derive(Form)]
enum Way {
    #[form(rename = "")]
    Train,
}

fn main() {}
