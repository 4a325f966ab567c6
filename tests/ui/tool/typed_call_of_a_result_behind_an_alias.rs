use disco_sdk::client::Client;
use disco_sdk::prelude::*;

type Outcome<T> = std::result::Result<T, std::num::ParseIntError>;

/// Reads a number.
#[tool]
fn number(text: String) -> Outcome<i64> {
    text.parse()
}

async fn use_it(client: &Client) {
    let _ = number::call(client, "7").await;
}

fn main() {}
