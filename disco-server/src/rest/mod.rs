#![doc = include_str!("README.md")]

mod about;
mod answer;
mod cors;
mod door;
mod enter;
mod events;
mod handler;
mod health;
mod http;
mod measure;
mod openapi;
mod pages;
mod part;
mod refusal;
mod route;
mod shape;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use disco_sdk::Stop;
use disco_sdk::transport::http::Beside;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::app::App;
use door::Door;

pub use answer::{Answer, Created, Plain};
pub use events::{Event, Events};
pub use handler::Handler;
pub use http::Http;
pub use measure::Measures;
pub use openapi::Operation;
pub use part::{Body, Part, Path, Query, bounded};
pub use route::Route;

/// What all routes share.
#[derive(Debug)]
pub struct Rest {
    /// The server.
    pub app: Arc<App>,
    routes: Vec<Route>,
    document: Value,
    measures: Measures,
    stop: Stop,
    started: Instant,
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    door: Arc<Door>,
}

impl Rest {
    /// What the server can do, as in `file:read`.
    pub(crate) fn capabilities(&self) -> Vec<String> {
        self.routes.iter().filter_map(|route| route.capability).map(str::to_owned).collect()
    }
}

/// Every route there is: each domain tells its own.
fn routes() -> Vec<Route> {
    let domains = [
        crate::sandbox::routes(),
        crate::files::routes(),
        crate::terminal::routes(),
        crate::containers::routes(),
        crate::git::routes(),
        crate::jobs::routes(),
        crate::audit::routes(),
        health::routes(),
        about::routes(),
    ];
    domains.into_iter().flatten().collect()
}

/// All that answers beside the protocol, until `stop` is said.
#[must_use]
pub fn beside(app: Arc<App>, measures: Measures, stop: Stop) -> Beside {
    let http = &app.config.http;
    let routes = routes();
    let rest = Arc::new(Rest {
        document: openapi::document(&routes),
        routes,
        requests: Arc::new(Semaphore::new(http.max_requests)),
        streams: Arc::new(Semaphore::new(http.max_streams)),
        door: Door::new(app.audit.clone(), http.audit_refusals),
        started: Instant::now(),
        app,
        measures,
        stop,
    });
    let door = rest.door.clone();
    Beside::new(router(&rest), move |status, words| refusal::of_the_guard(&door, status, words))
}

fn router(rest: &Arc<Rest>) -> Router {
    let mut router = Router::new();
    for route in &rest.routes {
        router = router.route(route.path, enter::method_router(rest, route));
    }
    router
        .merge(pages::router())
        .fallback(refusal::not_found)
        .method_not_allowed_fallback(refusal::method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(rest.clone(), cors::cors))
}
