//! HTTP by hyper and nothing on top of it, on a runtime of one thread. A GET is a stream in which nothing happens.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

type Reply = Response<UnsyncBoxBody<Bytes, Infallible>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(bench_floor::address()).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(serve)));
    }
}

async fn serve(request: Request<Incoming>) -> Result<Reply, hyper::Error> {
    if request.method() == Method::GET {
        return Ok(silence());
    }
    let body = request.into_body().collect().await?.to_bytes();
    let mut reply = Vec::with_capacity(512);
    bench_floor::answer(&body, &mut reply);
    let is_empty = reply.is_empty();
    let mut response = Response::new(Full::from(reply).boxed_unsync());
    if is_empty {
        *response.status_mut() = StatusCode::ACCEPTED;
    } else {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Ok(response)
}

/// A stream of events that never come.
fn silence() -> Reply {
    let nothing = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
    let mut response = Response::new(StreamBody::new(nothing).boxed_unsync());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response
}
