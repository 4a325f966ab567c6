//! The frozen server, as programs hold it and transports see it.

use std::sync::Arc;
use std::task::Context as Polling;

use super::connection::Connection;
use super::core::Core;
use super::ended;
use super::exchange;
use super::notifier::Notifier;
use super::registry::Registry;
#[cfg(any(feature = "http", feature = "stdio"))]
use crate::error::Result;
use crate::protocol::version::Version;
#[cfg(any(feature = "http", feature = "stdio"))]
use crate::transport::Stop;
#[cfg(feature = "http")]
use crate::transport::http::{Beside, Http};
use crate::transport::{
    Accepted, Access, Caller, Connect, Conversation, Endpoint, Head, Identified, Later, Limits, OnDisconnect,
    Reply, RequestParts, Running, Wire,
};

/// A server that is built and checked, ready to be served on any number of transports at once.
/// Cheap to clone.
#[derive(Clone)]
pub struct Service(pub(crate) Arc<Core>);

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("info", &self.0.info).finish_non_exhaustive()
    }
}

impl Service {
    /// The server as a transport sees it.
    #[must_use]
    pub fn endpoint(&self) -> Arc<dyn Endpoint> {
        Arc::new(self.clone())
    }

    /// Tells every client that wants to know that something has changed.
    #[must_use]
    pub fn notifier(&self) -> Notifier {
        self.0.notifier.clone()
    }

    /// What it offers, to be changed while it serves.
    #[must_use]
    pub fn registry(&self) -> Registry {
        self.0.registry.clone()
    }

    /// Serves one client on standard input and output, until that ends or `stop` is said. The two
    /// belong to the protocol from here on: what is printed goes to standard error.
    ///
    /// # Errors
    /// Whatever the streams say.
    #[cfg(feature = "stdio")]
    pub async fn serve_stdio(&self, stop: &Stop) -> Result<()> {
        self.0.tasks.open();
        let outcome = crate::transport::stdio::serve(Arc::new(self.clone()), stop).await;
        self.0.tasks.close(self.0.limits.shutdown).await;
        Ok(outcome?)
    }

    /// Serves HTTP on `listener`, until `stop` is said.
    ///
    /// # Errors
    /// Whatever the listener says.
    #[cfg(feature = "http")]
    pub async fn serve_http(&self, listener: tokio::net::TcpListener, stop: &Stop) -> Result<()> {
        let http = self.http(&listener, stop)?;
        let handle = move |request| http.clone().answered(request);
        self.0.tasks.open();
        let outcome = crate::transport::http::serve(listener, handle, &self.0.limits, stop).await;
        self.0.tasks.close(self.0.limits.shutdown).await;
        Ok(outcome?)
    }

    /// Serves HTTP on `listener`, until `stop` is said, with the program's own routes at every path that is not the
    /// protocol's. The guard against foreign hosts and origins stands before all of them.
    ///
    /// ```
    /// use axum::{Router, response::IntoResponse, routing::get};
    /// use disco_sdk::{Server, Stop, transport::http::Beside};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> disco_sdk::Result<()> {
    /// let routes = Router::new().route("/health", get(|| async { "ok" }));
    /// let beside = Beside::new(routes, |status, words| (status, words).into_response());
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let stop = Stop::default(); stop.now();
    /// Server::new("demo", "1.0.0").build()?.serve_http_beside(listener, beside, &stop).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever the listener says.
    #[cfg(feature = "http")]
    pub async fn serve_http_beside(
        &self,
        listener: tokio::net::TcpListener,
        beside: Beside,
        stop: &Stop,
    ) -> Result<()> {
        let http = self.http(&listener, stop)?;
        let handle = move |request| {
            let (http, beside) = (http.clone(), beside.clone());
            async move { Ok(beside.handle(&http, request).await) }
        };
        self.0.tasks.open();
        let outcome = crate::transport::http::serve(listener, handle, &self.0.limits, stop).await;
        self.0.tasks.close(self.0.limits.shutdown).await;
        Ok(outcome?)
    }

    #[cfg(feature = "http")]
    fn http(&self, listener: &tokio::net::TcpListener, stop: &Stop) -> Result<Http> {
        let bound = listener.local_addr()?;
        if !self.0.has_replicas {
            tracing::warn!("sessions end with this process: {} is not set", super::run::environment::KEY);
        }
        tracing::info!("serving MCP at http://{bound}{}", crate::transport::http::MCP_PATH);
        Ok(Http::new(self.endpoint(), Some(bound), stop.clone()))
    }

    /// An axum router that serves HTTP, to be merged into or nested under another; the guard against
    /// foreign hosts and origins is in it.
    #[cfg(feature = "http")]
    pub fn into_router(self) -> axum::Router {
        Http::new(self.endpoint(), None, Stop::default()).into_router()
    }
}

impl Connect for Service {
    fn identify(&self, parts: &RequestParts<'_>) -> Identified {
        self.0.identify(parts)
    }

    fn connect(self: Arc<Self>, wire: Wire, caller: Caller) -> Arc<dyn Conversation> {
        Arc::new(Connection::new(Arc::clone(&self.0), wire, caller))
    }

    fn limits(&self) -> &Limits {
        &self.0.limits
    }
}

impl Endpoint for Service {
    fn exchange(&self, body: &[u8], head: &Head<'_>, cx: &mut Polling<'_>) -> Accepted {
        exchange::exchange(&self.0, body, head, cx)
    }

    fn listen(&self, head: &Head<'_>) -> Result<Running, Reply> {
        exchange::listen(&self.0, head)
    }

    fn admit(&self, head: &Head<'_>) -> Option<Later<Result<(), Reply>>> {
        ended::admit(&self.0, head)
    }

    fn session(&self, head: &Head<'_>) -> Result<Version, Reply> {
        let session = exchange::resumed(&self.0, head)?;
        Ok(session.map_or(Version::ASSUMED_OVER_HTTP, |session| session.version))
    }

    fn end_session(&self, head: &Head<'_>) -> Later<Result<(), Reply>> {
        ended::end(&self.0, head)
    }

    fn on_disconnect(&self) -> OnDisconnect {
        self.0.on_disconnect
    }

    fn access(&self) -> &Access {
        &self.0.access
    }
}
