//! A test of two makers.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server())]
#[tokio::test]
async fn works(_client: Client) {}

fn main() {}
