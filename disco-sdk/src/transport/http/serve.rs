//! A listener of our own: hyper without a router in between.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::clock::Clock;
use crate::transport::{Limits, Stop};

/// The smallest buffer that hyper takes for the head of a request.
const LEAST_HEAD: usize = 8192;

/// Answers the requests that come on `listener` by `handle`, until `stop` is said; then requests under way may finish
/// within [`Limits::shutdown`].
///
/// # Errors
/// None for now: a connection that fails is logged, and a listener that fails is tried again.
pub async fn serve<H, F, B>(listener: TcpListener, handle: H, limits: &Limits, stop: &Stop) -> io::Result<()>
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let bounds = (limits.header_time, limits.header_bytes.max(LEAST_HEAD));
                    connections.spawn(connection(stream, handle.clone(), bounds, stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Out of descriptors, most of the time: let some calls finish first.
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
            () = stop.said() => break,
        }
    }
    drop(listener);
    let rest = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.shutdown, rest).await.is_err() {
        tracing::warn!("requests were still under way when time ran out");
    }
    Ok(())
}

/// Serves one connection. Everything in it is there as long as the connection is, so all that is used once is
/// left behind.
async fn connection<H, F, B>(stream: TcpStream, handle: H, head: (Duration, usize), stop: Stop)
where
    H: Fn(Request<Incoming>) -> F + Send,
    F: Future<Output = Result<Response<B>, Infallible>> + Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    // hyper keeps a place for what `handle` returns. With a box in it, some 900 bytes of each idle connection and
    // open stream are free, and a call's are those that the last one has left in the processor's cache.
    let boxed = service_fn(move |request| Box::pin(handle(request)));
    let mut connection = pin!(builder(head).serve_connection(TokioIo::new(stream), boxed));
    let (mut said, mut listens) = (pin!(stop.said()), false);
    let outcome = poll_fn(|cx| {
        if let Poll::Ready(outcome) = connection.as_mut().poll(cx) {
            return Poll::Ready(Some(outcome));
        }
        // The waker of a task stays the same, so it is left with the stop once. To leave it there at each request
        // was 250 instructions.
        if listens && !stop.is_said() {
            return Poll::Pending;
        }
        listens = true;
        said.as_mut().poll(cx).map(|()| None)
    });
    let outcome = if let Some(outcome) = outcome.await {
        outcome
    } else {
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended badly");
    }
}

fn builder((time, bytes): (Duration, usize)) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(Clock::new(time)).header_read_timeout(time).max_buf_size(bytes);
    builder
}
