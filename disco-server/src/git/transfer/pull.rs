//! Fetches a branch of a remote, and merges it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Outside, Transfer};
use crate::error::{Error, ErrorCode, Result};
use crate::git::names::{NAME, check_name};
use crate::git::remote::Service;
use crate::git::run::{Git, Way};
use crate::sandbox::Sandbox;

/// What to pull.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PullRequest {
    /// A folder of the repository.
    pub path: String,
    /// The remote; the one that the branch follows if absent, else `origin`.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub remote: Option<String>,
    /// The remote's branch; the one that the branch follows if absent, else the one of the same name.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub branch: Option<String>,
    /// The name of a credential of the server's; that of the host if absent.
    pub credential: Option<String>,
}

/// What a pull came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "GitPullOutcome")]
pub enum Outcome {
    /// There was nothing new.
    UpToDate,
    /// The branch now ends where the remote's does.
    FastForward,
    /// Both histories were merged.
    Merged,
    /// Both sides changed the same lines: the merge waits in the files of `conflicts`.
    Conflicts,
}

/// What was pulled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitPulled")]
pub struct Pulled {
    /// What it came to.
    pub outcome: Outcome,
    /// Where it came from.
    pub url: String,
    /// The last commit now.
    pub commit: String,
    /// How many commits were new.
    pub commits: u64,
    /// The files to resolve: edit them, then `git_add` and `git_commit`; or `git_reset` with `hard` to give up.
    pub conflicts: Vec<String>,
}

/// Pulls. Conflicts are no error: nothing is lost, and the merge waits to be finished.
///
/// # Errors
/// As [`clone`](super::clone()), and `GIT_CONFLICT` when changes that are not committed stand in the way.
pub async fn pull(sandbox: &dyn Sandbox, outside: Outside<'_>, request: &PullRequest) -> Result<Pulled> {
    let git = Git::at(sandbox, &request.path)?;
    if git.ask(&["rev-parse", "--verify", "--quiet", "MERGE_HEAD"]).await?.is_some() {
        return Err(Error::new(ErrorCode::GitConflict, "a merge waits to be finished")
            .suggest("resolve its files (`git_status` lists them) and `git_commit`, or give it up by `git_reset` with `hard`"));
    }
    let (remote, branch) = follow(&git, request).await?;
    check_name("branch", &branch)?;
    let known = git.remote(&remote, Service::Fetch).await?;
    let transfer = Transfer {
        service: Service::Fetch,
        written: &known.written,
        remote: &known.remote,
        credential: request.credential.as_deref(),
    };
    let wanted = format!("refs/heads/{branch}");
    let fetch = ["fetch", "--progress", "--no-recurse-submodules", "--", &remote, &wanted];
    let fetched = outside.run(&git, transfer, &fetch).await?;
    if fetched.stderr.contains("couldn't find remote ref") {
        return Err(Error::new(
            ErrorCode::GitRemoteNotFound,
            format!("{} has no branch `{branch}`", known.url),
        )
        .suggest("name another one in `branch`"));
    }
    fetched.or_fail()?;
    merge(&git, outside, known.url).await
}

/// The remote and the branch that are meant.
async fn follow(git: &Git<'_>, request: &PullRequest) -> Result<(String, String)> {
    if let (Some(remote), Some(branch)) = (&request.remote, &request.branch) {
        return Ok((remote.clone(), branch.clone()));
    }
    // Where there is no repository, this says so.
    git.run(&["rev-parse", "--git-dir"]).await?;
    let current = git.current_branch().await?;
    let upstream =
        async |what: &str| git.ask(&["config", "--get", &format!("branch.{current}.{what}")]).await;
    let remote = match &request.remote {
        Some(remote) => remote.clone(),
        None => {
            upstream("remote").await?.filter(|remote| remote != ".").unwrap_or_else(|| "origin".to_owned())
        }
    };
    if let Some(branch) = &request.branch {
        return Ok((remote, branch.clone()));
    }
    let merge = upstream("merge").await?;
    let branch = merge.and_then(|name| Some(name.strip_prefix("refs/heads/")?.to_owned())).unwrap_or(current);
    Ok((remote, branch))
}

/// Merges what was fetched, without any network.
async fn merge(git: &Git<'_>, outside: Outside<'_>, url: String) -> Result<Pulled> {
    let head = ["rev-parse", "--verify", "--quiet", "HEAD"];
    let before = git.ask(&head).await?;
    let fetched = git.run(&["rev-parse", "FETCH_HEAD"]).await?.stdout.trim().to_owned();
    let range = before.as_ref().map_or_else(|| fetched.clone(), |before| format!("{before}..{fetched}"));
    let commits = git.run(&["rev-list", "--count", &range, "--"]).await?.stdout.trim().parse().unwrap_or(0);
    let way = Way { env: git.identity(&outside.settings.author).await?, ..Way::default() };
    let merged = git.run_so(&["merge", "--no-edit", "--no-stat", "-q", "FETCH_HEAD"], way).await?;
    let conflicts = if merged.code == 0 { Vec::new() } else { git.status().await?.conflicted };
    let commit = git.ask(&head).await?.unwrap_or_default();
    let outcome = match merged.code {
        0 if before.as_ref() == Some(&commit) => Outcome::UpToDate,
        0 if commit == fetched => Outcome::FastForward,
        0 => Outcome::Merged,
        _ if !conflicts.is_empty() => Outcome::Conflicts,
        _ => return Err(merged.failure()),
    };
    Ok(Pulled { outcome, url, commit, commits, conflicts })
}
