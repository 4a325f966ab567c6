//! Copies a repository into the workspace.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Outside, Transfer, folder_of};
use crate::error::{Error, ErrorCode, Result};
use crate::git::names::{NAME, check_name};
use crate::git::remote::{Remote, Service};
use crate::git::run::Git;
use crate::sandbox::{RelPath, Sandbox};

/// What to clone.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CloneRequest {
    /// `https://...`, or a path or `file://` URL within the workspace.
    pub url: String,
    /// The new folder; called as the repository if absent.
    pub path: Option<String>,
    /// The branch or tag to check out.
    #[schemars(length(max = 250), regex(pattern = NAME))]
    pub branch: Option<String>,
    /// Only so many commits of the history.
    #[schemars(range(min = 1))]
    pub depth: Option<u32>,
    /// The name of a credential of the server's; that of the host if absent.
    pub credential: Option<String>,
}

/// A new clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitCloned")]
pub struct Cloned {
    /// Its folder, relative to the workspace.
    pub path: String,
    /// Where it came from.
    pub url: String,
    /// The branch that is checked out; absent when it is a tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The last commit; absent when there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// Clones.
///
/// # Errors
/// `GIT_REMOTE_REFUSED`, `GIT_REMOTE_UNREACHABLE`, `GIT_REMOTE_NOT_FOUND`, `GIT_AUTH_FAILED`, `FILE_EXISTS`, and `GIT_FAILED` with
/// git's words.
pub async fn clone(sandbox: &dyn Sandbox, outside: Outside<'_>, request: &CloneRequest) -> Result<Cloned> {
    let remote = Remote::parse_for_clone(&request.url)?;
    let folder = request.path.as_deref().or_else(|| folder_of(&request.url)).unwrap_or("repository");
    let path = RelPath::parse(folder)?;
    let url = match &remote {
        Remote::Web(place) => place.url(),
        Remote::Local(url) => url,
    };
    let mut arguments: Vec<String> =
        ["clone", "--progress", "--no-recurse-submodules", "--template="].map(str::to_owned).into();
    if let Some(branch) = &request.branch {
        check_name("branch", branch)?;
        arguments.push(format!("--branch={branch}"));
    }
    if let Some(depth) = request.depth {
        if depth == 0 {
            return Err(Error::new(ErrorCode::InvalidArgument, "`depth` is 0")
                .suggest("leave it out for the whole history"));
        }
        arguments.push(format!("--depth={depth}"));
    }
    arguments.extend(["--".to_owned(), url.to_owned(), path.inside()]);
    let git = Git::at(sandbox, "")?;
    let transfer = Transfer {
        service: Service::Fetch,
        written: url,
        remote: &remote,
        credential: request.credential.as_deref(),
    };
    let ran = outside.run(&git, transfer, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    if ran.code != 0 {
        if ran.stderr.contains("already exists and is not an empty directory") {
            return Err(Error::new(
                ErrorCode::FileExists,
                format!("`{path}` is there already, and not empty"),
            )
            .suggest("name another folder in `path`"));
        }
        if ran.stderr.contains("does not exist")
            || ran.stderr.contains("does not appear to be a git repository")
        {
            return Err(Error::new(ErrorCode::GitRemoteNotFound, format!("there is no repository at {url}"))
                .suggest("check the path from the workspace"));
        }
        return Err(ran.failure());
    }
    let clone = Git { folder: path.as_str().to_owned(), ..git };
    Ok(Cloned {
        path: path.as_str().to_owned(),
        url: url.to_owned(),
        branch: clone.ask(&["symbolic-ref", "--short", "--quiet", "HEAD"]).await?,
        commit: clone.ask(&["rev-parse", "--verify", "--quiet", "HEAD"]).await?,
    })
}
