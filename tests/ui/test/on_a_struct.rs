//! On something that does nothing.
use disco_sdk::prelude::*;

fn server() -> Server {
    Server::new("demo", "1.0.0")
}

#[disco_sdk::test(server = server())]
struct Works;

fn main() {}
