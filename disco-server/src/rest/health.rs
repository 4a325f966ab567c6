//! Whether the server is there, and whether it can work: for those who look after it.

use std::sync::Arc;

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::about::ENVIRONMENT;
use super::{Plain, Rest, Route};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::moment;
use crate::sandbox::running;

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerHealth")]
struct Health {
    /// Always `healthy`; what is not answers with an error.
    status: String,
    /// The version of this server.
    version: String,
    /// How long it has been running, in seconds.
    uptime_seconds: u64,
    /// The same by its older name.
    uptime: u64,
    /// Now, as in `2026-11-21T12:00:00Z`.
    timestamp: String,
    /// Whom it is for: `local`, as it listens on loopback only.
    environment: String,
    /// How many sandboxes there are.
    sandboxes: usize,
    /// What it has of memory.
    memory: Memory,
    /// Sandboxes, as they are counted under their older name.
    containers: Containers,
}

/// What the server has of memory.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerMemory")]
struct Memory {
    /// What is in use, in MiB.
    rss: u64,
}

/// How many sandboxes there are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SandboxCount")]
struct Containers {
    /// How many there are, beside the default one.
    active: usize,
    /// How many there may be.
    max: usize,
}

/// The figures of the server, for programs that read JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerFigures")]
struct Figures {
    /// Now, as in `2026-11-21T12:00:00Z`.
    timestamp: String,
    /// How long it has been running, in seconds.
    uptime_seconds: u64,
    /// What it has of memory, in bytes.
    memory_rss_bytes: u64,
    /// How many sandboxes there are, beside the default one.
    containers_active_total: usize,
    /// How many there may be.
    containers_max_total: usize,
    /// How many commands run.
    commands_running: usize,
    /// How many jobs wait.
    jobs_queued: usize,
    /// How many jobs run.
    jobs_running: usize,
}

/// Whether it can work.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ServerReadiness")]
struct Word {
    /// In a word.
    status: String,
}

pub(super) fn routes() -> Vec<Route> {
    const STATE: &[ErrorCode] = &[ErrorCode::StateBusy, ErrorCode::StateBroken];
    vec![
        Route::get("/health", "health", "Tells that the server is healthy: its state can be read.", health)
            .may_fail(STATE),
        Route::get("/ready", "ready", "Tells that the server can take work.", ready).may_fail(STATE),
        Route::get("/health/ready", "health_ready", "The same as `/ready`.", ready).may_fail(STATE),
        Route::get("/health/metrics", "health_metrics", "Tells the figures of the server, in JSON.", figures)
            .may_fail(STATE),
        Route::get("/live", "live", "Tells that the server is there.", live),
        Route::get("/health/live", "health_live", "The same as `/live`.", live),
    ]
}

async fn health(rest: Arc<Rest>) -> Result<Plain<Health>> {
    let (uptime, sandboxes) = (rest.started.elapsed().as_secs(), rest.app.sandboxes.count().await?);
    Ok(Plain(Health {
        status: "healthy".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_seconds: uptime,
        uptime,
        timestamp: moment::now(),
        environment: ENVIRONMENT.to_owned(),
        sandboxes,
        memory: Memory { rss: memory() >> 20 },
        containers: Containers { active: sandboxes - 1, max: rest.app.config.max_sandboxes },
    }))
}

async fn figures(rest: Arc<Rest>) -> Result<Plain<Figures>> {
    let [jobs_queued, jobs_running] = rest.app.jobs.under_way().await?;
    Ok(Plain(Figures {
        timestamp: moment::now(),
        uptime_seconds: rest.started.elapsed().as_secs(),
        memory_rss_bytes: memory(),
        containers_active_total: rest.app.sandboxes.count().await? - 1,
        containers_max_total: rest.app.config.max_sandboxes,
        commands_running: running::count(),
        jobs_queued,
        jobs_running,
    }))
}

/// What this process has of memory, in bytes.
fn memory() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = told.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0);
    pages * rustix::param::page_size() as u64
}

async fn ready(app: State<App>) -> Result<Plain<Word>> {
    app.sandboxes.count().await?;
    Ok(Plain(Word { status: "ready".to_owned() }))
}

async fn live(_: State<App>) -> Result<Plain<Word>> {
    Ok(Plain(Word { status: "live".to_owned() }))
}
