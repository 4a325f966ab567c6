//! A program's own routes at the paths that are not the protocol's, behind the same guard.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::Response;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body::{Body, Frame, SizeHint};
use tower::Service;

use super::known::Known;
use super::{Answer, Http, MCP_PATH, MESSAGES_PATH, SSE_PATH, guard};

/// Makes the answer of the guard: its status, and why.
type Refuse = dyn Fn(StatusCode, String) -> Response + Send + Sync;

/// A program's own routes, and how it says that a request may not come to them.
#[derive(Clone)]
pub struct Beside {
    routes: axum::Router,
    refuse: Arc<Refuse>,
}

impl Beside {
    /// `routes` answer at every path that is not the protocol's; `refuse` makes the answer of the guard, of its status
    /// and why.
    pub fn new(
        routes: axum::Router,
        refuse: impl Fn(StatusCode, String) -> Response + Send + Sync + 'static,
    ) -> Self {
        Self { routes, refuse: Arc::new(refuse) }
    }

    /// Answers one request. The protocol's own do not go through a router.
    pub(crate) async fn handle<B>(mut self, http: &Http, request: Request<B>) -> Response<Either>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: std::error::Error + Send + Sync + 'static,
    {
        if let MCP_PATH | SSE_PATH | MESSAGES_PATH = request.uri().path() {
            return http.handle(request).await.map(Either::Protocol);
        }
        if let Err((status, words)) = guard::check(&http.0, &Known::of(request.headers())) {
            return (self.refuse)(status, words).map(Either::Program);
        }
        match self.routes.call(request).await {
            Ok(response) => response.map(Either::Program),
            Err(never) => match never {},
        }
    }
}

impl fmt::Debug for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Beside").field("routes", &self.routes).finish_non_exhaustive()
    }
}

/// The body of an answer of the protocol, or of the program.
pub(crate) enum Either {
    Protocol(Answer),
    Program(axum::body::Body),
}

impl Body for Either {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Protocol(body) => {
                Pin::new(body).poll_frame(cx).map(|frame| frame.map(|frame| frame.map_err(axum::Error::new)))
            }
            Self::Program(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Protocol(body) => body.is_end_stream(),
            Self::Program(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Protocol(body) => body.size_hint(),
            Self::Program(body) => body.size_hint(),
        }
    }
}
