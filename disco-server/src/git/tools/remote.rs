//! Git over MCP: clone, pull, push.

use disco_sdk::prelude::*;

use crate::app::App;
use crate::git::{
    CloneRequest, Cloned, Outside, PullRequest, Pulled, PushRequest, Pushed, clone, pull, push,
};

/// Clones a repository into the workspace. Credentials are kept on the server: never put one into the URL.
#[tool(title = "Git clone", open_world)]
async fn git_clone(
    cx: Context,
    app: State<App>,
    /// `https://...`, or a path within the workspace.
    #[arg(example = "https://github.com/rust-lang/log")]
    url: String,
    /// The new folder; named after the repository if absent.
    path: Option<String>,
    /// The branch or tag to check out.
    branch: Option<String>,
    /// Only so many commits of the history.
    depth: Option<u32>,
    /// The name of a credential on the server; that of the host if absent.
    credential: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Cloned>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let settings = app.config.reach.git();
    let tell = |percent: f64, phase: &str| cx.progress(percent, 100.0, phase);
    let request = CloneRequest { url, path, branch, depth, credential };
    Ok(Json(clone(&*sandbox, Outside { settings: &settings, tell: &tell }, &request).await?))
}

/// Fetches a remote's branch and merges it. Conflicts are told in `conflicts`; nothing is lost by them.
#[tool(title = "Git pull", destructive, open_world)]
async fn git_pull(
    cx: Context,
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// The remote; the one that the branch follows if absent.
    #[arg(example = "origin")]
    remote: Option<String>,
    /// The remote's branch; the one that the branch follows if absent.
    branch: Option<String>,
    /// The name of a credential on the server; that of the host if absent.
    credential: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Pulled>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let settings = app.config.reach.git();
    let tell = |percent: f64, phase: &str| cx.progress(percent, 100.0, phase);
    let request = PullRequest { path: path.unwrap_or_default(), remote, branch, credential };
    Ok(Json(pull(&*sandbox, Outside { settings: &settings, tell: &tell }, &request).await?))
}

/// Pushes a branch to a remote, where it has the same name.
#[tool(title = "Git push", destructive, idempotent, open_world)]
async fn git_push(
    cx: Context,
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// The remote; `origin` if absent.
    remote: Option<String>,
    /// The branch; the current one if absent.
    #[arg(example = "topic")]
    branch: Option<String>,
    /// Replace the remote's commits, if they are still those that were fetched last.
    #[arg(default = false)]
    force_with_lease: bool,
    /// Only tell what would be pushed.
    #[arg(default = false)]
    dry_run: bool,
    /// The name of a credential on the server; that of the host if absent.
    credential: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Pushed>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let settings = app.config.reach.git();
    let tell = |percent: f64, phase: &str| cx.progress(percent, 100.0, phase);
    let path = path.unwrap_or_default();
    let request = PushRequest { path, remote, branch, force_with_lease, credential, dry_run };
    Ok(Json(push(&*sandbox, Outside { settings: &settings, tell: &tell }, &request).await?))
}
