//! A transport that none of the revisions has.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server(), transports(sse), since = V2026_07_28)]
async fn works(_client: Client) {}

fn main() {}
