//! Staging, committing, and taking both back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Settings;
use super::log::Commit;
use super::names::{AUTHOR, Author, REVISION, check_revision};
use super::run::{Git, Way};
use super::status::Status;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::Sandbox;

/// The longest message, in bytes.
const MESSAGE: usize = 100_000;

/// What to stage.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AddRequest {
    /// A folder of the repository.
    pub path: String,
    /// Files and folders, relative to `path`; deleted ones are staged as deleted. All changes if empty.
    pub files: Vec<String>,
}

/// What to commit.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("required" = ["message"]))]
pub struct CommitRequest {
    /// A folder of the repository.
    pub path: String,
    /// The message.
    #[schemars(length(max = 100_000), regex(pattern = crate::terminal::SOMETHING))]
    pub message: String,
    /// Files and folders to stage first; what is staged already is committed with them.
    pub files: Vec<String>,
    /// Who wrote it, as `Name <email>`.
    #[schemars(regex(pattern = AUTHOR))]
    pub author: Option<String>,
}

/// A new commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitCommitted")]
pub struct Committed {
    /// The commit.
    pub commit: Commit,
    /// The branch that it is on; absent when HEAD is detached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Whether nothing is left to be committed.
    pub clean: bool,
}

/// How far a reset goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResetMode {
    /// The branch alone; what was committed is staged.
    Soft,
    /// The branch and what is staged; files stay as they are.
    #[default]
    Mixed,
    /// All; changes to files are lost.
    Hard,
}

/// Where to reset to.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    {"properties": {"files": {"const": []}}},
    {"properties": {"mode": {"const": "mixed"}}},
]))]
pub struct ResetRequest {
    /// A folder of the repository.
    pub path: String,
    /// How far.
    pub mode: ResetMode,
    /// The commit; `HEAD` if absent.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub target: Option<String>,
    /// Only take these out of what is staged; goes with `mixed` alone.
    pub files: Vec<String>,
    /// Only look whether it could be done; the status tells what there is to be lost.
    pub dry_run: bool,
}

/// Stages changes.
///
/// # Errors
/// As [`status`](super::status()), and `GIT_FAILED` when there is no such file.
pub async fn add(sandbox: &dyn Sandbox, request: &AddRequest) -> Result<Status> {
    let git = Git::at(sandbox, &request.path)?;
    stage(&git, &request.files).await?;
    git.status().await
}

async fn stage(git: &Git<'_>, files: &[String]) -> Result<()> {
    let mut arguments = vec!["add", "--all", "--"];
    arguments.extend(files.iter().map(String::as_str));
    git.run(&arguments).await.map(drop)
}

/// Commits.
///
/// # Errors
/// As [`add`], and `GIT_FAILED` when there is nothing to commit or a hook refuses.
pub async fn commit(
    sandbox: &dyn Sandbox,
    settings: &Settings,
    request: &CommitRequest,
) -> Result<Committed> {
    let message = request.message.as_str();
    if message.trim().is_empty() || message.len() > MESSAGE || message.contains('\0') {
        let what = format!("`message` is empty, longer than {MESSAGE} bytes, or has a NUL byte");
        return Err(
            Error::new(ErrorCode::InvalidArgument, what).suggest("say in a line what the commit changes")
        );
    }
    let author = request.author.as_deref().map(Author::parse).transpose()?;
    let author = author.map(|author| format!("--author={author}"));
    let git = Git::at(sandbox, &request.path)?;
    if !request.files.is_empty() {
        stage(&git, &request.files).await?;
    }
    let way = Way { env: git.identity(&settings.author).await?, ..Way::default() };
    let mut arguments = vec!["commit", "-q", "-m", message];
    arguments.extend(author.as_deref());
    let ran = git.run_so(&arguments, way).await?;
    if ran.code != 0 {
        let status = git.status().await?;
        if status.staged.is_empty() && status.conflicted.is_empty() {
            return Err(Error::new(ErrorCode::GitFailed, "nothing is staged, so there is nothing to commit")
                .suggest("give `files`, or stage changes with `git_add`"));
        }
        return Err(ran.failure());
    }
    let (commit, status) = (git.commit("HEAD").await?, git.status().await?);
    Ok(Committed { commit, branch: status.branch, clean: status.clean })
}

/// Takes back what was staged, committed or changed.
///
/// # Errors
/// As [`log`](super::log()).
pub async fn reset(sandbox: &dyn Sandbox, request: &ResetRequest) -> Result<Status> {
    let git = Git::at(sandbox, &request.path)?;
    let mode = match request.mode {
        ResetMode::Soft => "--soft",
        ResetMode::Mixed => "--mixed",
        ResetMode::Hard => "--hard",
    };
    let mut arguments = vec!["reset", "-q"];
    if request.files.is_empty() {
        arguments.push(mode);
    } else if request.mode != ResetMode::Mixed {
        return Err(Error::new(ErrorCode::InvalidArgument, "`files` goes with the mode `mixed` alone")
            .suggest("put files back with `git_checkout`"));
    }
    if let Some(target) = &request.target {
        check_revision("target", target)?;
        arguments.push(target);
    }
    if request.dry_run {
        return git.would_go_to(request.target.as_deref()).await;
    }
    arguments.push("--");
    arguments.extend(request.files.iter().map(String::as_str));
    git.run(&arguments).await?;
    git.status().await
}

impl Git<'_> {
    /// Looks whether there is such a commit, and tells the status as it is.
    pub(super) async fn would_go_to(&self, target: Option<&str>) -> Result<Status> {
        if let Some(target) = target {
            self.run(&["rev-parse", "--verify", &format!("{target}^{{commit}}")]).await?;
        }
        self.status().await
    }
}
