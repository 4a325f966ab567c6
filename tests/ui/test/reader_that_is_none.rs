//! A reader that is something else.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

#[disco_sdk::test(server = Server::new("demo", "1.0.0"), reader = 3)]
async fn works(_client: Client) {}

fn main() {}
