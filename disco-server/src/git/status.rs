//! What stands between a repository's last commit and its files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::porcelain;
use super::run::Git;
use crate::error::Result;
use crate::sandbox::Sandbox;

/// Which repository.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StatusRequest {
    /// A folder of the repository, relative to the workspace; the workspace itself if empty.
    pub path: String,
}

/// What stands between a repository's last commit and its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitStatus")]
pub struct Status {
    /// The branch; absent when HEAD is detached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The last commit; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The branch that this one follows, as in `origin/main`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// Commits that `upstream` does not have.
    pub ahead: u64,
    /// Commits that only `upstream` has.
    pub behind: u64,
    /// Changes that the next commit will have.
    pub staged: Vec<Change>,
    /// Changes that are not staged.
    pub modified: Vec<Change>,
    /// Files that git does not know; a folder of such files is one entry that ends in `/`.
    pub untracked: Vec<String>,
    /// Files with conflicts of a merge.
    pub conflicted: Vec<String>,
    /// Whether nothing at all is to be told.
    pub clean: bool,
    /// Whether there were too many changes to list them all.
    pub truncated: bool,
}

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitChange")]
pub struct Change {
    /// Relative to the repository's top folder.
    pub path: String,
    /// What happened to it.
    pub change: ChangeKind,
    /// What it was called before, if it was renamed or copied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "GitChangeKind")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content or mode changed.
    Modified,
    /// It is gone.
    Deleted,
    /// It has another name.
    Renamed,
    /// It is a copy of another.
    Copied,
    /// It was a file and is a link, or the like.
    TypeChanged,
}

/// Looks at a repository.
///
/// # Errors
/// `NOT_A_GIT_REPOSITORY`, `GIT_FAILED` with git's words, `COMMAND_NOT_FOUND` where there is no git, and those of
/// the path and of the sandbox.
pub async fn status(sandbox: &dyn Sandbox, request: &StatusRequest) -> Result<Status> {
    Git::at(sandbox, &request.path)?.status().await
}

impl Git<'_> {
    pub(super) async fn status(&self) -> Result<Status> {
        let ran = self.run(&["--no-optional-locks", "status", "--porcelain=v2", "--branch", "-z"]).await?;
        let mut status = porcelain::parse(&ran.stdout);
        status.truncated = ran.truncated;
        let lists =
            [status.staged.len(), status.modified.len(), status.untracked.len(), status.conflicted.len()];
        status.clean = lists == [0; 4];
        Ok(status)
    }
}
