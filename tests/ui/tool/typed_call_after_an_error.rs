//! One mistake, one error: what is written beside the tool is still there.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;

/// Joins two.
#[tool]
fn join(one: &str, two: Option<String>) -> String {
    format!("{one}{two:?}")
}

async fn joined(client: &Client) -> Result<String> {
    Ok(join::call(client, "a", None).await?)
}

fn main() {
    let _ = joined;
    let _ = tools![join];
}
