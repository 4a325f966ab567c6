//! A transport that there is not.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server(), transports(memory, htpp, websocket, memory))]
async fn works(_client: Client) {}

fn main() {}
