//! Sandboxes in the words of older callers: `containerId` and its like stand beside ours, and a container is made by
//! `bootstrap`.

use std::sync::Arc;

use disco_sdk::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CREATE;
use crate::app::App;
use crate::error::{Error, ErrorCode, Result};
use crate::rest::{Body, Created, Rest, Route};
use crate::sandbox::store::Status;
use crate::sandbox::tools::SandboxList;
use crate::sandbox::{CreateRequest, LimitsWish, SandboxInfo};

/// How many sandboxes are told at once.
const SESSIONS: usize = 100;

/// A sandbox, with the words of older callers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SandboxAnswer")]
pub(super) struct Container {
    #[serde(flatten)]
    info: SandboxInfo,
    /// `sandbox_id`.
    #[serde(rename = "containerId")]
    id: String,
    /// `created_at`.
    #[serde(rename = "createdAt")]
    created: String,
    /// Where it is told of.
    url: String,
}

impl From<SandboxInfo> for Container {
    fn from(info: SandboxInfo) -> Self {
        let Brief { container_id, created_at, url, .. } = Brief::from(&info);
        Self { info, id: container_id, created: created_at, url }
    }
}

/// What older callers are told of a sandbox in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SandboxBrief")]
struct Brief {
    /// The sandbox.
    container_id: String,
    /// How it stands.
    status: Status,
    /// Where it is told of.
    url: String,
    /// When it was made.
    created_at: String,
}

impl From<&SandboxInfo> for Brief {
    fn from(info: &SandboxInfo) -> Self {
        Self {
            container_id: info.sandbox_id.clone(),
            status: info.status,
            url: format!("/api/v1/containers/{}", info.sandbox_id),
            created_at: info.created_at.clone(),
        }
    }
}

/// Sandboxes, with the words of older callers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SandboxListAnswer")]
pub(super) struct ContainerList {
    #[serde(flatten)]
    list: SandboxList,
    /// `sandboxes`, in the form of older callers.
    containers: Vec<Brief>,
    /// How many there are in all.
    count: usize,
}

impl ContainerList {
    pub(super) fn new(list: SandboxList, count: usize) -> Self {
        let containers = list.sandboxes.iter().map(Brief::from).collect();
        Self { list, containers, count }
    }
}

/// How long a container is there at least, in milliseconds.
const SHORTEST: u64 = 10_000;

/// A wish for a container, as older callers write it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "BootstrapWish")]
struct Wish {
    /// Taken, and of no effect: every container is a sandbox.
    r#type: String,
    /// What it may take.
    config: Config,
}

impl Default for Wish {
    fn default() -> Self {
        Self { r#type: "webcontainer".to_owned(), config: Config::default() }
    }
}

/// What the container may take.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "BootstrapConfig")]
struct Config {
    /// Memory of one command, in MiB.
    #[schemars(range(min = 16))]
    memory: u64,
    /// After how many milliseconds it is removed.
    #[schemars(range(min = SHORTEST))]
    timeout: u64,
    /// Taken, and of no effect: there is no browser in it.
    coep: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { memory: 512, timeout: 1_800_000, coep: "credentialless".to_owned() }
    }
}

/// A container that was made.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BootstrapAnswer")]
struct Bootstrapped {
    /// Always true: a failure is told otherwise.
    success: bool,
    /// The same as `containerId`.
    session_id: String,
    #[serde(flatten)]
    container: Brief,
    /// What can be done with it.
    capabilities: Vec<String>,
    /// What it may take.
    config: Config,
}

/// Sandboxes, as older callers know them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SandboxSessions")]
struct Known {
    /// The newest first.
    sessions: Vec<SandboxSession>,
    /// How many there are in all.
    count: usize,
    /// How many there may be.
    max_sessions: usize,
}

/// A sandbox, as older callers know it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SandboxSession {
    /// The same as `containerId`.
    session_id: String,
    #[serde(flatten)]
    container: Brief,
    /// What can be done with it.
    capabilities: Vec<String>,
}

/// How many sandboxes there are.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SandboxStats")]
struct Stats {
    /// How many there are, beside the default one.
    active_sessions: usize,
    /// How many there may be.
    max_containers: usize,
    /// How many are prepared for whoever wants one.
    pool_ready: usize,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/api/v1/containers/bootstrap",
            "container_bootstrap",
            "Makes a new sandbox as older callers do; `POST /api/v1/containers` takes more wishes.",
            bootstrap,
        )
        .may_fail(CREATE),
        Route::get(
            "/api/v1/containers/sessions",
            "container_sessions",
            "Lists the newest sandboxes beside the default one, as older callers know them.",
            sessions,
        ),
        Route::get(
            "/api/v1/containers/stats",
            "container_stats",
            "Tells how many sandboxes there are and may be.",
            stats,
        ),
    ]
}

async fn bootstrap(rest: Arc<Rest>, Body(wish): Body<Wish>) -> Result<Created<Bootstrapped>> {
    let Config { memory, timeout, .. } = wish.config;
    if timeout < SHORTEST {
        let what = format!("`config.timeout` is {timeout}, but must be {SHORTEST} milliseconds at least");
        return Err(Error::new(ErrorCode::InvalidArgument, what).suggest("leave it out for half an hour"));
    }
    let limits = LimitsWish { memory_mb: Some(memory), ..LimitsWish::default() };
    let ttl_s = Some(timeout.div_ceil(1000));
    let info = rest.app.sandboxes.create(CreateRequest { limits, ttl_s, ..CreateRequest::default() }).await?;
    Ok(Created(Bootstrapped {
        success: true,
        session_id: info.sandbox_id.clone(),
        container: Brief::from(&info),
        capabilities: rest.capabilities(),
        config: wish.config,
    }))
}

async fn sessions(rest: Arc<Rest>) -> Result<Known> {
    let (sandboxes, capabilities) = (&rest.app.sandboxes, rest.capabilities());
    let newest = sandboxes.newest(None, SESSIONS).await?;
    let session = |(_, info): &(u64, SandboxInfo)| SandboxSession {
        session_id: info.sandbox_id.clone(),
        container: Brief::from(info),
        capabilities: capabilities.clone(),
    };
    Ok(Known {
        sessions: newest.iter().map(session).collect(),
        count: sandboxes.count().await? - 1,
        max_sessions: rest.app.config.max_sandboxes,
    })
}

async fn stats(app: State<App>) -> Result<Stats> {
    Ok(Stats {
        active_sessions: app.sandboxes.count().await? - 1,
        max_containers: app.config.max_sandboxes,
        pool_ready: app.sandboxes.waiting_in_pool(),
    })
}
