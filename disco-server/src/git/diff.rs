//! What has changed, line by line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::{REVISION, check_revision};
use super::run::Git;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::Sandbox;

/// What to compare.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    {"properties": {"to": {"type": "null"}}},
    {"required": ["from"], "properties": {"from": {"type": "string"}, "staged": {"const": false}}},
]))]
pub struct DiffRequest {
    /// A folder of the repository.
    pub path: String,
    /// Compare what is staged with the last commit, instead of the files with what is staged.
    pub staged: bool,
    /// Compare this commit with the files, or with `to`.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub from: Option<String>,
    /// The commit to compare `from` with.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub to: Option<String>,
    /// Only these files or folders.
    pub paths: Vec<String>,
    /// Only the list of files, without the lines.
    pub stat: bool,
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitDiff")]
pub struct Diff {
    /// The files.
    pub files: Vec<FileDiff>,
    /// How many lines came.
    pub added: u64,
    /// How many lines went.
    pub removed: u64,
    /// The lines, as a unified diff; absent if only the files were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Whether there is more than is told: ask for it with `paths`.
    pub truncated: bool,
}

/// One file that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitFileDiff")]
pub struct FileDiff {
    /// Relative to the repository's top folder.
    pub path: String,
    /// What it was called before, if it was renamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How many lines came; absent if it is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added: Option<u64>,
    /// How many lines went; absent if it is not text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<u64>,
}

/// Tells what has changed.
///
/// # Errors
/// As [`log`](super::log()).
pub async fn diff(sandbox: &dyn Sandbox, request: &DiffRequest) -> Result<Diff> {
    let git = Git::at(sandbox, &request.path)?;
    let mut arguments = vec!["diff"];
    if request.staged {
        arguments.push("--cached");
    }
    for (what, revision) in [("from", &request.from), ("to", &request.to)] {
        if let Some(revision) = revision {
            check_revision(what, revision)?;
            arguments.push(revision);
        }
    }
    if request.to.is_some() && (request.from.is_none() || request.staged) {
        return Err(Error::new(ErrorCode::InvalidArgument, "`to` needs `from`, and cannot go with `staged`")
            .suggest("give `from` and `to`, or `staged` alone"));
    }
    patch(&git, &arguments, &request.paths, request.stat).await
}

/// The changes that a command of git tells.
pub(super) async fn patch(git: &Git<'_>, command: &[&str], paths: &[String], stat: bool) -> Result<Diff> {
    let with = |options: &[&'static str]| -> Vec<String> {
        let (name, revisions) = command.split_first().unwrap_or((&"diff", &[]));
        let plain = ["--no-color", "--no-ext-diff", "--no-textconv", "--find-renames"];
        let before = [*name].into_iter().chain(plain).chain(options.iter().copied());
        let all = before.chain(revisions.iter().copied()).chain(["--"]);
        all.map(str::to_owned).chain(paths.iter().cloned()).collect()
    };
    let run = async |arguments: Vec<String>| {
        git.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    let ran = run(with(&["--numstat", "-z"])).await?;
    let mut diff = numstat(&ran.stdout);
    diff.truncated = ran.truncated;
    if !stat {
        let ran = run(with(&["--patch"])).await?;
        diff.truncated |= ran.truncated;
        diff.diff = Some(ran.stdout);
    }
    Ok(diff)
}

/// Reads `added TAB removed TAB path NUL`; for a rename the path is empty, and two follow.
fn numstat(text: &str) -> Diff {
    let mut diff = Diff { files: Vec::new(), added: 0, removed: 0, diff: None, truncated: false };
    let mut records = text.split('\0');
    while let Some(record) = records.next() {
        let mut fields = record.trim_start_matches('\n').splitn(3, '\t');
        let (Some(added), Some(removed), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let (added, removed) = (added.parse().ok(), removed.parse().ok());
        let (from, path) = match path {
            "" => (records.next().map(str::to_owned), records.next().unwrap_or_default()),
            path => (None, path),
        };
        diff.added += added.unwrap_or(0);
        diff.removed += removed.unwrap_or(0);
        diff.files.push(FileDiff { path: path.to_owned(), from, added, removed });
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_renames_and_binaries_are_read() {
        let diff = numstat("3\t1\ta b.txt\0-\t-\timage.png\x000\t0\t\0old\0new\0");
        assert_eq!((diff.added, diff.removed, diff.files.len()), (3, 1, 3));
        assert_eq!((diff.files[0].path.as_str(), diff.files[1].added), ("a b.txt", None));
        assert_eq!((diff.files[2].path.as_str(), diff.files[2].from.as_deref()), ("new", Some("old")));
    }
}
