//! A body with a type of its own.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server())]
async fn works<T>(_client: Client) {}

fn main() {}
