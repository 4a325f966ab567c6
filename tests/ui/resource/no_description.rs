use disco_sdk::prelude::*;

#[resource("note://all")]
async fn notes() -> String {
    String::new()
}

fn main() {}
