//! Serves the connections that a command makes to the proxy, for as long as the command runs.

use std::convert::Infallible;
use std::fmt::Debug;
use std::net::TcpListener as StdTcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use super::forward::Body;
use super::line::Line;
use super::meter::{Metered, Traffic};
use super::{Access, Settings};
use crate::error::{Error, Result};

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(30);

/// Who answers the requests of a command.
#[async_trait]
pub(crate) trait Porter: Debug + Send + Sync {
    /// Answers one request; `line` is the only way out.
    async fn answer(&self, line: &Arc<Line>, request: Request<Incoming>) -> Answer;
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is answered.
    Response(Response<Body>),
    /// Both sides are left to talk to each other.
    Tunnel(OnUpgrade, Metered),
}

/// A proxy at work. Dropping it ends every connection.
#[derive(Debug)]
pub(crate) struct Proxy {
    work: JoinHandle<()>,
    traffic: Arc<Traffic>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.work.abort();
    }
}

impl Proxy {
    /// Serves what connects to `listener`.
    ///
    /// # Errors
    /// When the listener is none.
    pub(crate) fn start(
        listener: StdTcpListener,
        sandbox: &str,
        access: Access,
        settings: &Settings,
    ) -> Result<Self> {
        let failed = |error: std::io::Error| Error::from_io("serve the sandbox's network", &error);
        listener.set_nonblocking(true).map_err(failed)?;
        let listener = TcpListener::from_std(listener).map_err(failed)?;
        let line = Arc::new(Line::new(sandbox.to_owned(), access.rules, settings.clone()));
        let most = Arc::new(Semaphore::new(settings.bounds.connections));
        let traffic = line.traffic.clone();
        Ok(Self { work: tokio::spawn(accept(listener, line, access.porter, most)), traffic })
    }

    /// What went over all its connections.
    pub(crate) fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Ends every connection. When it has, nobody listens there any more.
    pub(crate) async fn stop(mut self) {
        self.work.abort();
        // How it ended is known.
        let _ = (&mut self.work).await;
    }
}

async fn accept(listener: TcpListener, line: Arc<Line>, porter: Arc<dyn Porter>, most: Arc<Semaphore>) {
    let mut connections = JoinSet::new();
    while let Ok(turn) = most.clone().acquire_owned().await {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let serving = serve(stream, line.clone(), porter.clone());
                connections.spawn(async move {
                    serving.await;
                    drop(turn);
                });
            }
            Err(error) => {
                // For want of descriptors, most likely: the end of a connection gives one back.
                tracing::warn!("a connection of a sandbox cannot be taken: {error}");
                if connections.join_next().await.is_none() {
                    return;
                }
            }
        }
    }
}

async fn serve(stream: TcpStream, line: Arc<Line>, porter: Arc<dyn Porter>) {
    let tunnel = Mutex::new(None);
    let answer = |request| async {
        let response = match porter.answer(&line, request).await {
            Answer::Response(response) => response,
            Answer::Tunnel(ours, theirs) => {
                *tunnel.lock().unwrap_or_else(PoisonError::into_inner) = Some((ours, theirs));
                Response::new(Empty::new().map_err(|never| match never {}).boxed())
            }
        };
        Ok::<_, Infallible>(response)
    };
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .with_upgrades()
        .await;
    let tunnel = tunnel.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let (Ok(()), Some((ours, mut theirs))) = (served, tunnel)
        && let Ok(ours) = ours.await
    {
        // Either side may end it, and so may the bounds: none of that is news.
        let _ = copy_bidirectional(&mut TokioIo::new(ours), &mut theirs).await;
    }
}
