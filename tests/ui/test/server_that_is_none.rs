//! A server that is something else.
use disco_sdk::client::Client;

#[disco_sdk::test(server = "demo")]
async fn works(_client: Client) {}

fn main() {}
