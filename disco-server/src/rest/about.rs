//! What the server is, what it can do, and what it is doing.

use std::sync::Arc;

use axum::Json;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::openapi::Operation;
use super::{Answer, Plain, Query, Rest, Route, pages};
use crate::error::Result;
use crate::jobs;
use crate::moment;
use crate::results::ends;
use crate::sandbox::{SandboxInfo, running};
use crate::terminal::TerminalInfo;

/// More of a command is not shown, in bytes.
const LONGEST_COMMAND: usize = 200;
/// How many sandboxes are shown beside the default one.
const MOST_SANDBOXES: usize = 100;
/// Where the server is for: it listens on loopback only.
pub(super) const ENVIRONMENT: &str = "local";

/// What the server is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerFacts")]
struct Facts {
    /// Always `disco`.
    service: String,
    /// The name for people.
    name: String,
    /// What it is.
    description: String,
    /// Its version.
    version: String,
    /// Where MCP clients connect.
    mcp: String,
    /// Where REST is.
    api: String,
    /// The page that explains REST.
    docs: String,
    /// The description of REST for programs.
    openapi: String,
    /// Where the settings that clients need are told.
    config: String,
    /// Where it is told what the server can do.
    capabilities: String,
    /// Where it is told whether the server is healthy.
    health: String,
    /// Where it is told what it is doing.
    status: String,
    /// Whom it is for: `local`, as it listens on loopback only.
    environment: String,
    /// Now, as in `2026-11-21T12:00:00Z`.
    timestamp: String,
}

/// What a client needs to know of the settings.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerSettings")]
struct Settings {
    /// Where REST is.
    api_url: String,
    /// Whether one has to say who one is.
    auth_required: bool,
    /// What the server can do.
    capabilities: Vec<String>,
    /// The page that explains REST.
    documentation: String,
    /// The description of REST for programs.
    openapi_spec: String,
    /// The largest body, in bytes.
    max_body_bytes: usize,
    /// How many requests may be under way at one time.
    max_requests: usize,
    /// How many streams may be open at one time.
    max_streams: usize,
    /// How long a request may take, in seconds.
    request_seconds: u64,
    /// Whom the server is for: `local`, as it listens on loopback only.
    environment: String,
    /// How many requests may come.
    rate_limit: RateLimit,
}

/// How many requests may come.
#[derive(Debug, Serialize, JsonSchema)]
struct RateLimit {
    /// How many may be under way at one time.
    max: usize,
    /// Over how many milliseconds they are counted: 0, since only those under way count.
    window_ms: u64,
}

/// What the server can do.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerCapabilities")]
struct Abilities {
    /// Its version.
    version: String,
    /// As in `file:read`.
    capabilities: Vec<String>,
    /// Whom the server is for: `local`, as it listens on loopback only.
    environment: String,
}

/// What the server is doing.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerActivity")]
struct Doing {
    /// Its version.
    version: String,
    /// How long it has been running, in seconds.
    uptime_seconds: u64,
    /// How many commands run now.
    commands_running: usize,
    /// How many jobs wait.
    jobs_queued: usize,
    /// How many jobs run.
    jobs_running: usize,
    /// How many sandboxes there are, with the default one.
    sandboxes_in_all: usize,
    /// Of them the default one, and then the newest.
    sandboxes: Vec<SandboxInfo>,
    /// The last jobs, the newest first.
    jobs: Vec<jobs::JobStatus>,
    /// The terminals that can be read, the oldest first; of long commands the two ends.
    terminals: Vec<TerminalInfo>,
}

/// In which form.
#[derive(Debug, Deserialize, JsonSchema)]
struct Form {
    /// `json` for facts also in a browser.
    format: Option<String>,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/",
            "root",
            "Tells what the server is; in a browser, the page that shows what it is doing.",
            root,
        ),
        Route::get("/config", "config", "Tells what a client needs to know of the settings.", config),
        Route::get("/capabilities", "capabilities", "Tells what the server can do.", capabilities),
        Route::get(
            "/status",
            "status",
            "Tells what the server is doing: sandboxes, jobs, terminals, commands.",
            doing,
        ),
        Route::get(
            "/metrics",
            "metrics",
            "Tells what was counted and measured, as Prometheus reads it.",
            metrics,
        ),
        Route::get("/openapi.json", "openapi", "Describes REST, in OpenAPI 3.1.", description),
        Route::get("/docs", "docs", "The page that explains REST.", docs),
    ]
}

async fn root(_: Arc<Rest>, Query(form): Query<Form>, headers: HeaderMap) -> Result<Root> {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let is_browser = accept.contains("text/html") && form.format.as_deref() != Some("json");
    let own = |path: &str| path.to_owned();
    Ok(if is_browser {
        Root::Page
    } else {
        Root::Facts(Box::new(Facts {
            service: own("disco"),
            name: own("Disco"),
            description: own("A coding environment for AI clients: sandboxes, files, terminals and git."),
            version: version(),
            mcp: own("/mcp"),
            api: own("/api/v1"),
            docs: own("/docs"),
            openapi: own("/openapi.json"),
            config: own("/config"),
            capabilities: own("/capabilities"),
            health: own("/health"),
            status: own("/status"),
            environment: own(ENVIRONMENT),
            timestamp: moment::now(),
        }))
    })
}

async fn config(rest: Arc<Rest>) -> Result<Plain<Settings>> {
    let http = &rest.app.config.http;
    Ok(Plain(Settings {
        api_url: "/api/v1".to_owned(),
        auth_required: false,
        capabilities: rest.capabilities(),
        documentation: "/docs".to_owned(),
        openapi_spec: "/openapi.json".to_owned(),
        max_body_bytes: http.body_mb << 20,
        max_requests: http.max_requests,
        max_streams: http.max_streams,
        request_seconds: http.request_seconds,
        environment: ENVIRONMENT.to_owned(),
        rate_limit: RateLimit { max: http.max_requests, window_ms: 0 },
    }))
}

async fn capabilities(rest: Arc<Rest>) -> Result<Plain<Abilities>> {
    let environment = ENVIRONMENT.to_owned();
    Ok(Plain(Abilities { version: version(), capabilities: rest.capabilities(), environment }))
}

async fn doing(rest: Arc<Rest>) -> Result<Plain<Doing>> {
    let [jobs_queued, jobs_running] = rest.app.jobs.under_way().await?;
    let newest = rest.app.sandboxes.newest(None, MOST_SANDBOXES).await?;
    let default = rest.app.sandboxes.get(None).await?.info;
    Ok(Plain(Doing {
        version: version(),
        uptime_seconds: rest.started.elapsed().as_secs(),
        commands_running: running::count(),
        jobs_queued,
        jobs_running,
        sandboxes_in_all: rest.app.sandboxes.count().await?,
        sandboxes: std::iter::once(default).chain(newest.into_iter().map(|(_, sandbox)| sandbox)).collect(),
        jobs: rest.app.jobs.last().await?,
        terminals: rest.app.terminals.list(None).into_iter().map(in_short).collect(),
    }))
}

fn in_short(terminal: TerminalInfo) -> TerminalInfo {
    TerminalInfo { command: ends(&terminal.command, LONGEST_COMMAND), ..terminal }
}

async fn metrics(rest: Arc<Rest>) -> Result<Exposition> {
    Ok(Exposition(rest.measures.told(&rest).await?))
}

async fn description(rest: Arc<Rest>) -> Result<Plain<serde_json::Value>> {
    Ok(Plain(rest.document.clone()))
}

async fn docs(_: Arc<Rest>) -> Result<Docs> {
    Ok(Docs)
}

fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The page, or the facts.
enum Root {
    Page,
    Facts(Box<Facts>),
}

impl Answer for Root {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_plainly::<Facts>(StatusCode::OK);
        operation.answers_in_text(StatusCode::OK, "text/html", "Facts, or a page for browsers.");
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(match self {
            Self::Page => pages::page(pages::STATUS),
            Self::Facts(facts) => ([(VARY, "accept")], Json(facts)).into_response(),
        })
    }
}

/// The page that explains REST.
struct Docs;

impl Answer for Docs {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_in_text(StatusCode::OK, "text/html", "A page.");
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(pages::page(pages::DOCS))
    }
}

/// Figures as Prometheus reads them.
struct Exposition(String);

impl Exposition {
    const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";
}

impl Answer for Exposition {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_in_text(StatusCode::OK, "text/plain", "Figures, one a line.");
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(([(CONTENT_TYPE, Self::KIND)], self.0).into_response())
    }
}
