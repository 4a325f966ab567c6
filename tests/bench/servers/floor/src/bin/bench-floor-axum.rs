//! HTTP by `axum::serve`, on a runtime of one thread. A GET is a stream in which nothing happens.

use std::convert::Infallible;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use futures_util::stream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(bench_floor::address()).await?;
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default());
    axum::serve(listener, Router::new().route("/mcp", post(serve).get(silence))).await
}

async fn serve(body: Bytes) -> Response {
    let mut reply = Vec::with_capacity(512);
    bench_floor::answer(&body, &mut reply);
    if reply.is_empty() {
        return StatusCode::ACCEPTED.into_response();
    }
    ([(CONTENT_TYPE, "application/json")], reply).into_response()
}

async fn silence() -> impl axum::response::IntoResponse {
    Sse::new(stream::pending::<Result<Event, Infallible>>()).keep_alive(KeepAlive::default())
}
