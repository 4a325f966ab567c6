//! Branches: which there are, making, renaming and deleting them, and going to one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::{NAME, REVISION, check_name, check_revision};
use super::run::Git;
use super::status::Status;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::Sandbox;

/// Name, hash, whether it is the current one, upstream, how far from it, subject.
const FORMAT: &str = "--format=%(refname)%1f%(objectname)%1f%(HEAD)%1f%(upstream:short)%1f%(upstream:track,nobracket)%1f%(subject)";

/// What to do with branches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BranchAction {
    /// Tell them.
    #[default]
    List,
    /// Make one.
    Create,
    /// Delete one; a branch with commits that nothing else has only with `force`.
    Delete,
    /// Give one another name.
    Rename,
}

/// A wish for branches.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    {"properties": {"action": {"const": "list"}}},
    {"required": ["action", "name"], "properties": {"action": {"enum": ["create", "delete"]}, "name": {"type": "string"}}},
    {
        "required": ["action", "name", "new_name"],
        "properties": {"action": {"const": "rename"}, "name": {"type": "string"}, "new_name": {"type": "string"}},
    },
]))]
pub struct BranchRequest {
    /// A folder of the repository.
    pub path: String,
    /// What to do.
    pub action: BranchAction,
    /// The branch to make, delete or rename.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub name: Option<String>,
    /// The new name, to rename.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub new_name: Option<String>,
    /// Where a new branch begins; `HEAD` if absent.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub start: Option<String>,
    /// Delete it even if its commits are nowhere else.
    pub force: bool,
}

/// One branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitBranch")]
pub struct Branch {
    /// As in `main`, or `origin/main` for what is known of a remote's.
    pub name: String,
    /// Its last commit.
    pub commit: String,
    /// The first line of that commit's message.
    pub subject: String,
    /// Whether it is the one that is checked out.
    pub current: bool,
    /// Whether it belongs to a remote.
    pub remote: bool,
    /// The branch that it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// Commits that `upstream` does not have.
    pub ahead: u64,
    /// Commits that only `upstream` has.
    pub behind: u64,
}

/// The branches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitBranches")]
pub struct Branches {
    /// Those of the repository, then those of its remotes.
    pub branches: Vec<Branch>,
    /// Whether there are more.
    pub truncated: bool,
}

/// Where to go.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    {
        "required": ["target"],
        "properties": {"target": {"type": "string", "pattern": NAME}, "files": {"const": []}},
    },
    {"required": ["target"], "properties": {"create": {"const": false}, "target": {"type": "string"}}},
    {"required": ["files"], "properties": {"create": {"const": false}, "files": {"minItems": 1}}},
]))]
pub struct CheckoutRequest {
    /// A folder of the repository.
    pub path: String,
    /// The branch or commit; `HEAD` if absent.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub target: Option<String>,
    /// Make a branch of the name `target` and go to it.
    pub create: bool,
    /// Where the new branch begins; `HEAD` if absent.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub start: Option<String>,
    /// Only put these files back as they are in `target`, or as they are staged.
    pub files: Vec<String>,
    /// Only look whether there is such a commit; the status tells what there is to be lost.
    pub dry_run: bool,
}

/// Does something with branches, and tells which there are.
///
/// # Errors
/// As [`log`](super::log()).
pub async fn branch(sandbox: &dyn Sandbox, request: &BranchRequest) -> Result<Branches> {
    let git = Git::at(sandbox, &request.path)?;
    let name = |given: &Option<String>, what: &str| {
        given.clone().ok_or_else(|| {
            Error::new(ErrorCode::InvalidArgument, format!("`{what}` is missing")).suggest("name the branch")
        })
    };
    request.name.as_deref().map_or(Ok(()), |name| check_name("name", name))?;
    request.new_name.as_deref().map_or(Ok(()), |name| check_name("new_name", name))?;
    request.start.as_deref().map_or(Ok(()), |start| check_revision("start", start))?;
    match request.action {
        BranchAction::List => {}
        BranchAction::Create => {
            let start = request.start.as_deref().unwrap_or("HEAD");
            git.run(&["branch", "--", &name(&request.name, "name")?, start]).await?;
        }
        BranchAction::Delete => {
            let delete = if request.force { "-D" } else { "-d" };
            let done = git.run(&["branch", delete, "--", &name(&request.name, "name")?]).await;
            done.map_err(|error| {
                let is_kept = error.message.contains("not fully merged");
                if is_kept {
                    error.suggest("give `force` if its commits are not wanted any more")
                } else {
                    error
                }
            })?;
        }
        BranchAction::Rename => {
            let (old, new) = (name(&request.name, "name")?, name(&request.new_name, "new_name")?);
            git.run(&["branch", "-m", "--", &old, &new]).await?;
        }
    }
    list(&git).await
}

async fn list(git: &Git<'_>) -> Result<Branches> {
    let ran = git.run(&["for-each-ref", FORMAT, "refs/heads", "refs/remotes"]).await?;
    let branches = ran.stdout.lines().filter_map(parse).collect();
    Ok(Branches { branches, truncated: ran.truncated })
}

fn parse(line: &str) -> Option<Branch> {
    let fields: Vec<_> = line.splitn(6, '\x1f').collect();
    let [name, commit, head, upstream, track, subject] = fields[..] else { return None };
    let (remote, name) = match name.strip_prefix("refs/heads/") {
        Some(name) => (false, name),
        None => (true, name.strip_prefix("refs/remotes/").filter(|name| !name.ends_with("/HEAD"))?),
    };
    let count = |word: &str| {
        let found = track.split(", ").find_map(|part| part.strip_prefix(word)?.trim().parse().ok());
        found.unwrap_or(0)
    };
    Some(Branch {
        name: name.to_owned(),
        commit: commit.to_owned(),
        subject: subject.to_owned(),
        current: head == "*",
        remote,
        upstream: (!upstream.is_empty()).then(|| upstream.to_owned()),
        ahead: count("ahead"),
        behind: count("behind"),
    })
}

/// Goes to a branch or commit, or puts files back.
///
/// # Errors
/// As [`log`](super::log()), and `GIT_CONFLICT` when changes that are not committed would be lost.
pub async fn checkout(sandbox: &dyn Sandbox, request: &CheckoutRequest) -> Result<Status> {
    let git = Git::at(sandbox, &request.path)?;
    let target = request.target.as_deref();
    if let Some(target) = target {
        if request.create { check_name("target", target)? } else { check_revision("target", target)? }
    }
    request.start.as_deref().map_or(Ok(()), |start| check_revision("start", start))?;
    let mut arguments = vec!["checkout", "-q"];
    if request.create {
        let Some(target) = target.filter(|_| request.files.is_empty()) else {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                "`create` needs `target`, and cannot go with `files`",
            )
            .suggest("name the new branch in `target`"));
        };
        let start = request.start.as_deref().unwrap_or("HEAD");
        arguments.extend(["-b", target]);
        if git.ask(&["rev-parse", "--verify", "--quiet", "HEAD"]).await?.is_some() || request.start.is_some()
        {
            arguments.push(start);
        }
    } else {
        match target {
            Some(target) => arguments.push(target),
            None if request.files.is_empty() => {
                return Err(Error::new(ErrorCode::InvalidArgument, "neither `target` nor `files` is given")
                    .suggest("name a branch or commit in `target`, or the files to put back in `files`"));
            }
            None => {}
        }
    }
    if request.dry_run {
        let commit = if request.create { request.start.as_deref() } else { target };
        return git.would_go_to(commit).await;
    }
    arguments.push("--");
    arguments.extend(request.files.iter().map(String::as_str));
    git.run(&arguments).await?;
    git.status().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_tells_how_far_it_is_from_the_one_it_follows() {
        let branch = parse("refs/heads/a/b\x1f12\x1f*\x1forigin/b\x1fahead 2, behind 3\x1fA: b").unwrap();
        assert_eq!((branch.name.as_str(), branch.current, branch.remote), ("a/b", true, false));
        assert_eq!((branch.ahead, branch.behind, branch.upstream.as_deref()), (2, 3, Some("origin/b")));
        assert!(parse("refs/remotes/origin/main\x1f12\x1f \x1f\x1f\x1fx").unwrap().remote);
        assert_eq!(parse("refs/remotes/origin/HEAD\x1f12\x1f \x1f\x1f\x1fx"), None);
    }
}
