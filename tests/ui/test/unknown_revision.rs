//! Revisions that there are not.
use disco_sdk::client::Client;
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server(), since = V2025_06_17, until = Newest)]
async fn works(_client: Client) {}

fn main() {}
