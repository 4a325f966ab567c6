//! Served as a router by `axum::serve`, on a runtime of one thread.

use axum::serve::ListenerExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(2).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default());
    let router = bench_disco::server().into_router().map_err(|error| error.to_string())?;
    Ok(axum::serve(listener, router).await?)
}
