//! Git over MCP: looking at a repository and changing it.

mod remote;

use disco_sdk::prelude::*;

use super::{
    AddRequest, BranchAction, BranchRequest, Branches, CheckoutRequest, CommitRequest, Committed, Diff,
    DiffRequest, Log, LogRequest, ResetMode, ResetRequest, ShowRequest, Shown, Status, StatusRequest,
};
use crate::app::App;
use crate::results::{Told, told};

/// Tells what has changed in a git repository: the branch, how far it is ahead or behind, and which
/// files are staged, modified, untracked or in conflict.
#[tool(title = "Git status", read_only, idempotent)]
async fn git_status(
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    #[arg(example = "app")]
    path: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Status>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let request = StatusRequest { path: path.unwrap_or_default() };
    Ok(Json(super::status(&*sandbox, &request).await?))
}

/// Tells the commits of a repository, the newest first.
#[tool(title = "Git log", read_only, idempotent)]
async fn git_log(
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// Where to begin, or a range; `HEAD` if absent.
    #[arg(example = "main..topic")]
    revision: Option<String>,
    /// Only commits that touch these.
    paths: Option<Vec<String>>,
    /// How many.
    #[arg(default = 20, range(1..=200))]
    limit: u32,
    /// How many to pass over first.
    #[arg(default = 0)]
    skip: u32,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Log>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let (path, paths) = (path.unwrap_or_default(), paths.unwrap_or_default());
    Ok(Json(super::log(&*sandbox, &LogRequest { path, revision, paths, limit: Some(limit), skip }).await?))
}

/// Tells what has changed, file by file and line by line: the files against what is staged, with
/// `staged` that against the last commit, with `from` a commit against the files or `to`.
#[tool(title = "Git diff", read_only, idempotent)]
async fn git_diff(
    app: State<App>,
    caller: Caller,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// Tell what is staged.
    #[arg(default = false)]
    staged: bool,
    /// A commit.
    #[arg(example = "HEAD~1")]
    from: Option<String>,
    /// A later commit.
    to: Option<String>,
    /// Only these files or folders.
    paths: Option<Vec<String>>,
    /// Only which files, without the lines.
    #[arg(default = false)]
    stat: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<WithContent<Told<Diff>>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let (path, paths) = (path.unwrap_or_default(), paths.unwrap_or_default());
    let diff = super::diff(&*sandbox, &DiffRequest { path, staged, from, to, paths, stat }).await?;
    Ok(told(&app, &caller, diff, lines).await)
}

/// Tells one commit and what it changed.
#[tool(title = "Git show", read_only, idempotent)]
async fn git_show(
    app: State<App>,
    caller: Caller,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// The commit.
    #[arg(default = "HEAD", example = "HEAD~1")]
    revision: String,
    /// Only which files, without the lines.
    #[arg(default = false)]
    stat: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<WithContent<Told<Shown>>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let request = ShowRequest { path: path.unwrap_or_default(), revision: Some(revision), stat };
    let shown = super::show(&*sandbox, &request).await?;
    Ok(told(&app, &caller, shown, |shown| lines(&mut shown.changes)).await)
}

/// The lines of a diff, and whether some are left out.
fn lines(diff: &mut Diff) -> Option<(&mut String, &mut bool)> {
    Some((diff.diff.as_mut()?, &mut diff.truncated))
}

/// Lists, makes, renames or deletes branches; tells all branches afterwards.
#[tool(title = "Git branches", destructive)]
async fn git_branch(
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// What to do; `list` if absent.
    action: Option<BranchAction>,
    /// The branch.
    #[arg(example = "topic")]
    name: Option<String>,
    /// Its new name, to rename it.
    new_name: Option<String>,
    /// Where a new one begins; `HEAD` if absent.
    start: Option<String>,
    /// Delete it even if its commits are nowhere else.
    #[arg(default = false)]
    force: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Branches>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let (path, action) = (path.unwrap_or_default(), action.unwrap_or_default());
    Ok(Json(super::branch(&*sandbox, &BranchRequest { path, action, name, new_name, start, force }).await?))
}

/// Goes to a branch or commit, or with `files` puts those back as they were; tells the status afterwards.
#[tool(title = "Git checkout", destructive)]
async fn git_checkout(
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// The branch or commit.
    #[arg(example = "topic")]
    target: Option<String>,
    /// Make `target` as a new branch.
    #[arg(default = false)]
    create: bool,
    /// Where the new branch begins; `HEAD` if absent.
    start: Option<String>,
    /// Only these files.
    files: Option<Vec<String>>,
    /// Only look whether it could be done: the status is told as it is, with all that would be lost.
    #[arg(default = false)]
    dry_run: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Status>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let (path, files) = (path.unwrap_or_default(), files.unwrap_or_default());
    let request = CheckoutRequest { path, target, create, start, files, dry_run };
    Ok(Json(super::checkout(&*sandbox, &request).await?))
}

/// Stages changes for the next commit; tells the status afterwards.
#[tool(title = "Git add", idempotent)]
async fn git_add(
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// Files and folders; all changes if absent.
    #[arg(example = Some(vec!["src/main.rs".to_owned()]))]
    files: Option<Vec<String>>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Status>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let request = AddRequest { path: path.unwrap_or_default(), files: files.unwrap_or_default() };
    Ok(Json(super::add(&*sandbox, &request).await?))
}

/// Commits what is staged, and the `files` that are named.
#[tool(title = "Git commit")]
async fn git_commit(
    app: State<App>,
    /// The message.
    #[arg(example = "Read empty files")]
    message: String,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// Files and folders to stage first.
    files: Option<Vec<String>>,
    /// Who wrote it, as `Name <email>`.
    author: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Committed>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let (path, files) = (path.unwrap_or_default(), files.unwrap_or_default());
    let request = CommitRequest { path, message, files, author };
    Ok(Json(super::commit(&*sandbox, &app.config.reach.git(), &request).await?))
}

/// Takes back what was staged (`mixed`), committed too (`soft`, with `target`), or changed too
/// (`hard`: changes to files are lost); tells the status afterwards.
#[tool(title = "Git reset", destructive)]
async fn git_reset(
    app: State<App>,
    /// The repository's folder; the workspace if absent.
    path: Option<String>,
    /// How far; `mixed` if absent.
    mode: Option<ResetMode>,
    /// The commit; `HEAD` if absent.
    #[arg(example = "HEAD~1")]
    target: Option<String>,
    /// Only take these out of what is staged.
    files: Option<Vec<String>>,
    /// Only look whether it could be done: the status is told as it is, with all that would be lost.
    #[arg(default = false)]
    dry_run: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<Status>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let (path, files) = (path.unwrap_or_default(), files.unwrap_or_default());
    let request = ResetRequest { path, mode: mode.unwrap_or_default(), target, files, dry_run };
    Ok(Json(super::reset(&*sandbox, &request).await?))
}
