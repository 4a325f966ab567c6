struct Tests;

impl Tests {
    #[disco_sdk::test(server = disco_sdk::Server::new("a", "1"))]
    async fn works(&self) {}
}

fn main() {}
