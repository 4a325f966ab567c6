//! Served by `.run()` on a runtime of one thread, which is what all servers of the HTTP rows have.

#[tokio::main(flavor = "current_thread")]
async fn main() -> disco_sdk::Result<()> {
    bench_disco::server().run().await
}
