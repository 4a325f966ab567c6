//! A parameter that is not part of a cell.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server())]
async fn works(_client: Client, _text: String) {}

fn main() {}
