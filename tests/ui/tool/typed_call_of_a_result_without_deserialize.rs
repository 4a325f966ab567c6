use disco_sdk::client::Client;
use disco_sdk::prelude::*;

#[derive(serde::Serialize, JsonSchema)]
struct Sum {
    sum: i64,
}

/// Adds two numbers.
#[tool]
fn add(a: i64, b: i64) -> Result<Sum> {
    Ok(Sum { sum: a + b })
}

async fn use_it(client: &Client) {
    let _ = add::call(client, 1, 2).await;
}

fn main() {}
