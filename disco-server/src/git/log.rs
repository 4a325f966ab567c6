//! The commits of a repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::diff::{Diff, patch};
use super::names::{Author, REVISION, check_revision};
use super::run::{Git, Way};
use crate::error::{Error, ErrorCode, Result};
use crate::page::fitting;
use crate::sandbox::Sandbox;

/// The most commits of one answer.
const MOST: u32 = 200;
/// How much of a message's body is told, in characters.
const BODY: usize = 2000;
/// Hash, parents, author, address, date, names, subject, body.
const FORMAT: &str = "--format=%H%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%D%x1f%s%x1f%b";

/// Which commits.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogRequest {
    /// A folder of the repository.
    pub path: String,
    /// Where to begin, `HEAD` if absent; a range as in `main..topic` works too.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub revision: Option<String>,
    /// Only commits that touch these files or folders.
    pub paths: Vec<String>,
    /// How many: 20 if absent, at most 200.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
    /// How many to pass over first.
    pub skip: u32,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitCommit")]
pub struct Commit {
    /// Its full hash.
    pub hash: String,
    /// The hashes of its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: Author,
    /// When, as in `2026-11-21T12:00:00+01:00`.
    pub date: String,
    /// The branches and tags that point at it.
    pub refs: Vec<String>,
    /// The first line of the message.
    pub subject: String,
    /// The rest of the message; cut when very long.
    pub body: String,
}

/// Commits, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitLog")]
pub struct Log {
    /// The commits.
    pub commits: Vec<Commit>,
    /// How many to skip for the next ones; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_skip: Option<u32>,
}

/// Which commit.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ShowRequest {
    /// A folder of the repository.
    pub path: String,
    /// The commit; `HEAD` if absent.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    pub revision: Option<String>,
    /// Only the list of files, without the lines.
    pub stat: bool,
}

/// One commit, with what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "GitShown")]
pub struct Shown {
    /// The commit.
    pub commit: Commit,
    /// What it changed against its first parent.
    pub changes: Diff,
}

/// Tells the commits.
///
/// # Errors
/// As [`status`](super::status()), and `GIT_FAILED` when there is no such revision.
pub async fn log(sandbox: &dyn Sandbox, request: &LogRequest) -> Result<Log> {
    let git = Git::at(sandbox, &request.path)?;
    let limit = request.limit.unwrap_or(20);
    if !(1..=MOST).contains(&limit) {
        let what = format!("`limit` is {limit}, but must be 1 to {MOST}");
        return Err(Error::new(ErrorCode::InvalidArgument, what).suggest("page with `skip`"));
    }
    let revision = request.revision.as_deref().unwrap_or("HEAD");
    check_revision("revision", revision)?;
    let (count, skip) = (format!("-n{}", limit + 1), format!("--skip={}", request.skip));
    let mut arguments =
        vec!["log", "-z", "--no-show-signature", FORMAT, &count, &skip, "--end-of-options", revision, "--"];
    arguments.extend(request.paths.iter().map(String::as_str));
    let ran = git.run_so(&arguments, Way::default()).await?;
    if ran.code != 0 {
        let is_empty = git.ask(&["rev-parse", "--verify", "--quiet", "HEAD"]).await?.is_none();
        if is_empty && request.revision.is_none() && git.ask(&["rev-parse", "--git-dir"]).await?.is_some() {
            return Ok(Log { commits: Vec::new(), next_skip: None });
        }
        return Err(ran.failure());
    }
    let mut commits: Vec<_> = ran.stdout.split('\0').filter_map(parse).collect();
    let shown = fitting(&commits).min(limit as usize);
    let more = commits.len() > shown;
    commits.truncate(shown);
    let next = request.skip.saturating_add(u32::try_from(shown).unwrap_or(limit));
    Ok(Log { commits, next_skip: more.then_some(next) })
}

/// Tells one commit and what it changed.
///
/// # Errors
/// As [`log`].
pub async fn show(sandbox: &dyn Sandbox, request: &ShowRequest) -> Result<Shown> {
    let revision = request.revision.as_deref().unwrap_or("HEAD");
    check_revision("revision", revision)?;
    let git = Git::at(sandbox, &request.path)?;
    let commit = git.commit(revision).await?;
    let arguments = ["show", "--format=", "--diff-merges=first-parent", &commit.hash];
    let changes = patch(&git, &arguments, &[], request.stat).await?;
    Ok(Shown { commit, changes })
}

impl Git<'_> {
    pub(super) async fn commit(&self, revision: &str) -> Result<Commit> {
        let commit = format!("{revision}^{{commit}}");
        let ran = self
            .run(&["log", "-z", "-n1", "--no-show-signature", FORMAT, "--end-of-options", &commit, "--"])
            .await?;
        ran.stdout.split('\0').find_map(parse).ok_or_else(|| ran.failure())
    }
}

fn parse(record: &str) -> Option<Commit> {
    let mut fields = record.trim_start_matches('\n').splitn(8, '\x1f').map(str::to_owned);
    let mut field = || fields.next();
    let (hash, parents, name, email) = (field()?, field()?, field()?, field()?);
    let (date, refs, subject, body) = (field()?, field()?, field()?, field()?);
    Some(Commit {
        hash,
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        author: Author { name, email },
        date,
        refs: refs.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        subject,
        body: body.trim_end().chars().take(BODY).collect(),
    })
}
