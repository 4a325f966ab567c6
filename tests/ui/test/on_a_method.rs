use disco_sdk::prelude::*;

struct Tests;

impl Tests {
    #[disco_sdk::test(server = Server::new("a", "1"))]
    async fn works(&self) {}
}

fn main() {}
