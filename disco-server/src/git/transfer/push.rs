//! Gives the commits of a branch to a remote.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Outside, Transfer};
use crate::error::{Error, ErrorCode, Result};
use crate::git::names::{NAME, check_name};
use crate::git::remote::Service;
use crate::git::run::Git;
use crate::sandbox::Sandbox;

/// What to push.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PushRequest {
    /// A folder of the repository.
    pub path: String,
    /// The remote; `origin` if absent.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub remote: Option<String>,
    /// The branch; the one that is checked out if absent. It has the same name there.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub branch: Option<String>,
    /// Replace what the remote has, if it is still what was fetched last.
    pub force_with_lease: bool,
    /// The name of a credential of the server's; that of the host if absent.
    pub credential: Option<String>,
    /// Only ask the remote what would become of it.
    pub dry_run: bool,
}

/// What was pushed.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of an answer")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitPushed")]
pub struct Pushed {
    /// The branch.
    pub branch: String,
    /// Where it went.
    pub url: String,
    /// The last commit that the remote now has of it.
    pub commit: String,
    /// Whether the remote had it all already.
    pub up_to_date: bool,
    /// Whether the remote had no such branch.
    pub created: bool,
    /// Whether commits of the remote were replaced.
    pub forced: bool,
    /// Whether nothing was pushed, and this is what would be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// Pushes, and lets the branch follow the remote's.
///
/// # Errors
/// As [`clone`](super::clone()), and `GIT_REJECTED` when the remote has commits that the branch has not, or does not want it.
pub async fn push(sandbox: &dyn Sandbox, outside: Outside<'_>, request: &PushRequest) -> Result<Pushed> {
    let git = Git::at(sandbox, &request.path)?;
    let remote = request.remote.as_deref().unwrap_or("origin");
    let known = git.remote(remote, Service::Push).await?;
    let branch = match &request.branch {
        Some(branch) => branch.clone(),
        None => git.current_branch().await?,
    };
    check_name("branch", &branch)?;
    let name = format!("refs/heads/{branch}");
    let commit = git.ask(&["rev-parse", "--verify", "--quiet", &name]).await?.ok_or_else(|| {
        Error::new(ErrorCode::GitFailed, format!("there is no branch `{branch}`, or no commit on it"))
            .suggest("list the branches with `git_branch`")
    })?;
    let mut arguments =
        vec!["push", "--progress", "--porcelain", "--set-upstream", "--no-recurse-submodules"];
    if request.force_with_lease {
        arguments.push("--force-with-lease");
    }
    if request.dry_run {
        arguments.push("--dry-run");
    }
    let refspec = format!("{name}:{name}");
    arguments.extend(["--", remote, &refspec]);
    let transfer = Transfer {
        service: Service::Push,
        written: &known.written,
        remote: &known.remote,
        credential: request.credential.as_deref(),
    };
    let ran = outside.run(&git, transfer, &arguments).await?;
    let line = ran.stdout.lines().find(|line| line.contains(&refspec)).unwrap_or_default().to_owned();
    let mut fields = line.split('\t');
    let (flag, why) = (fields.next().unwrap_or_default(), fields.nth(1).unwrap_or_default());
    if flag == "!" {
        return Err(rejected(&branch, why));
    }
    ran.or_fail()?;
    Ok(Pushed {
        branch,
        url: known.url,
        commit,
        up_to_date: flag == "=",
        created: flag == "*",
        forced: flag == "+",
        dry_run: request.dry_run,
    })
}

fn rejected(branch: &str, why: &str) -> Error {
    let suggestion = if why.contains("remote rejected") {
        "the remote's own rules refuse it: push another branch, or ask who runs it"
    } else {
        "take the remote's commits in with `git_pull`, then push again"
    };
    Error::new(ErrorCode::GitRejected, format!("the remote did not take `{branch}`: {why}"))
        .suggest(suggestion)
}
