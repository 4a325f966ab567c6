//! A test without a server.
use disco_sdk::client::Client;

#[disco_sdk::test]
async fn works(_client: Client) {}

fn main() {}
