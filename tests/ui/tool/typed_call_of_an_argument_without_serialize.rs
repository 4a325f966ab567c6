use disco_sdk::client::Client;
use disco_sdk::prelude::*;

#[derive(serde::Deserialize, JsonSchema)]
struct Point {
    x: i64,
}

/// Goes there.
#[tool]
fn go(to: Point) -> i64 {
    to.x
}

async fn use_it(client: &Client) {
    let _ = go::call(client, Point { x: 1 }).await;
}

fn main() {}
