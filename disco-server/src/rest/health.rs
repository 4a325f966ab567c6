//! Whether the server is there, and whether it can work: for those who look after it.

use std::sync::Arc;

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Plain, Rest, Route};
use crate::app::App;
use crate::error::{ErrorCode, Result};

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
    /// How many sandboxes there are.
    sandboxes: usize,
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
        Route::get("/live", "live", "Tells that the server is there.", live),
        Route::get("/health/live", "health_live", "The same as `/live`.", live),
    ]
}

async fn health(rest: Arc<Rest>) -> Result<Plain<Health>> {
    Ok(Plain(Health {
        status: "healthy".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_seconds: rest.started.elapsed().as_secs(),
        sandboxes: rest.app.sandboxes.list().await?.len(),
    }))
}

async fn ready(app: State<App>) -> Result<Plain<Word>> {
    app.sandboxes.list().await?;
    Ok(Plain(Word { status: "ready".to_owned() }))
}

async fn live(_: State<App>) -> Result<Plain<Word>> {
    Ok(Plain(Word { status: "live".to_owned() }))
}
