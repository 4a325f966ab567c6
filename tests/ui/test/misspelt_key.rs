//! A key that is not known.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server(), transport(http))]
async fn works(_client: Client) {}

fn main() {}
