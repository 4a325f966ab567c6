use disco_sdk::client::Client;
use disco_sdk::prelude::*;

/// Adds two numbers.
#[tool]
fn add(a: i64, b: Option<i64>) -> i64 {
    a + b.unwrap_or_default()
}

async fn use_it(client: &Client) {
    let _ = add::call(client, 1, "two").await;
}

fn main() {}
