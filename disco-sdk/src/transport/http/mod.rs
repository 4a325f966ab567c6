//! HTTP: one endpoint for every revision since 2025-03-26, two for the first.
//!
//! | path | verb | what |
//! |---|---|---|
//! | `/mcp` | POST | one message (every revision) |
//! | `/mcp` | GET, DELETE | the stream and the end of a session (until 2025-11-25) |
//! | `/sse` | GET | the stream of 2024-11-05 |
//! | `/messages` | POST | a message of 2024-11-05 |

mod accept;
mod answer;
mod beside;
mod clock;
mod event_stream;
mod first_revision;
mod guard;
mod kept;
mod known;
mod post;
mod resume;
mod serve;
mod session;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;

use self::known::Known;
use super::{Caller, Endpoint, Identified, RequestParts, Stop};

pub use answer::Answer;
pub use beside::Beside;
pub use serve::serve;

/// Where messages go since 2025-03-26.
pub const MCP_PATH: &str = "/mcp";
/// Where the stream of 2024-11-05 is.
pub const SSE_PATH: &str = "/sse";
/// Where the messages of 2024-11-05 go.
pub const MESSAGES_PATH: &str = "/messages";

/// A server over HTTP: a `tower` service, cheap to clone, with the guard against foreign hosts and
/// origins in it.
#[derive(Clone)]
pub struct Http(Arc<Shared>);

struct Shared {
    endpoint: Arc<dyn Endpoint>,
    /// The address that it is bound to, if it is known here.
    bound: Option<SocketAddr>,
    stop: Stop,
    streams: Arc<AtomicUsize>,
    first_revision: first_revision::Streams,
    resumable: resume::Streams,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("bound", &self.0.bound).finish_non_exhaustive()
    }
}

impl Http {
    /// Serves `endpoint`; its streams end when `stop` is said. `bound` is the address it listens on,
    /// if that is known: its name is then a good `Host`.
    #[must_use]
    pub fn new(endpoint: Arc<dyn Endpoint>, bound: Option<SocketAddr>, stop: Stop) -> Self {
        let resumable = resume::Streams::new(endpoint.limits(), endpoint.on_disconnect());
        Self(Arc::new(Shared {
            endpoint,
            bound,
            stop,
            streams: Arc::default(),
            first_revision: first_revision::Streams::default(),
            resumable,
        }))
    }

    /// Answers one request.
    pub async fn handle<B>(&self, request: Request<B>) -> Response<Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        let Ok(answer) = self.clone().answered(request).await;
        answer
    }

    /// The same as a future that stands for itself. A connection moves it to where it runs, so it is kept
    /// small: what most requests do not come to is in a box, and nothing in it is moved on to another place
    /// in it. At 2.3 KB its moves alone missed the data cache 54 times a call.
    pub(crate) fn answered<B>(
        self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<Answer>, Infallible>> + use<B>
    where
        B: Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        let (mut parts, body) = request.into_parts();
        async move {
            let known = Known::of(&parts.headers);
            if let Err((status, words)) = guard::check(&self.0, &known) {
                return Ok(answer::words(status, &words));
            }
            let caller =
                match self.0.endpoint.identify(&RequestParts::http(&parts.headers, &parts.extensions)) {
                    Identified::Now(caller) => caller,
                    Identified::Later(caller) => caller.await,
                };
            let caller = match caller {
                Ok(caller) => caller,
                Err(reply) => return Ok(answer::reply(reply)),
            };
            if (parts.uri.path(), &parts.method) != (MCP_PATH, &Method::POST) {
                return Ok(Box::pin(self.seldom(Request::from_parts(parts, body), caller)).await);
            }
            Ok(match post::post(&self.0, &known, body, &caller).await {
                // hyper reads the next request into the map of the last answer: so none is made, and none
                // grown, for either. That saves some 1,300 instructions a call.
                Ok(said) => {
                    parts.headers.clear();
                    answer::at_once_in(parts.headers, said)
                }
                Err(otherwise) => otherwise,
            })
        }
    }

    /// Answers a request that is no message.
    async fn seldom<B>(&self, request: Request<B>, caller: Caller) -> Response<Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        match (request.uri().path(), request.method()) {
            (MCP_PATH, &Method::GET) => session::get(&self.0, request.headers(), &caller).await,
            (MCP_PATH, &Method::DELETE) => session::delete(&self.0, request.headers(), &caller).await,
            (MCP_PATH, _) => answer::not_allowed("GET, POST, DELETE"),
            (SSE_PATH, &Method::GET) => first_revision::get(&self.0, &request, caller),
            (SSE_PATH, _) => answer::not_allowed("GET"),
            (MESSAGES_PATH, &Method::POST) => first_revision::post(&self.0, request, &caller).await,
            (MESSAGES_PATH, _) => answer::not_allowed("POST"),
            _ => answer::words(StatusCode::NOT_FOUND, "nothing is here; the MCP endpoint is /mcp"),
        }
    }

    /// An axum router with this service's paths, to be merged into or nested under another.
    pub fn into_router(self) -> axum::Router {
        // axum puts the future of a service in a box: as the service that this is, it would come in one already.
        let service =
            tower::service_fn(move |request: axum::extract::Request| self.clone().answered(request));
        axum::Router::new()
            .route_service(MCP_PATH, service.clone())
            .route_service(SSE_PATH, service.clone())
            .route_service(MESSAGES_PATH, service)
    }
}

impl<B> tower::Service<Request<B>> for Http
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: std::fmt::Display,
{
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Answer>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.clone().answered(request))
    }
}

/// One open stream's place among all of them.
pub(crate) struct StreamPermit(Arc<AtomicUsize>);

impl Shared {
    /// Room for one more stream.
    ///
    /// # Errors
    /// 503 if all are taken.
    fn stream_permit(&self) -> Result<StreamPermit, Response<Answer>> {
        let limit = self.endpoint.limits().streams;
        let permit = StreamPermit(Arc::clone(&self.streams));
        if permit.0.fetch_add(1, Ordering::AcqRel) < limit {
            return Ok(permit);
        }
        let words = format!("this server has {limit} streams open already; try again later");
        Err(answer::words(StatusCode::SERVICE_UNAVAILABLE, &words))
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
