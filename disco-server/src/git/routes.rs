//! Git over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::names::REVISION;
use super::{
    AddRequest, BranchRequest, Branches, CheckoutRequest, CloneRequest, Cloned, CommitRequest, Committed,
    Diff, DiffRequest, Log, LogRequest, Outside, PullRequest, Pulled, PushRequest, Pushed, ResetRequest,
    Settings, ShowRequest, Shown, Status, StatusRequest,
};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Path, Query, Route};
use crate::sandbox::{Id, SANDBOX};
use crate::terminal::COMMAND;

/// What any request to git may be refused with.
const GIT: &[ErrorCode] = &[
    ErrorCode::InvalidArgument,
    ErrorCode::NotAGitRepository,
    ErrorCode::GitFailed,
    ErrorCode::GitConflict,
    ErrorCode::Timeout,
];
/// What a request that reaches another repository may be refused with beside that.
const REMOTE: &[ErrorCode] = &[
    ErrorCode::FileExists,
    ErrorCode::GitAuthFailed,
    ErrorCode::GitRejected,
    ErrorCode::GitRemoteNotFound,
    ErrorCode::GitRemoteRefused,
    ErrorCode::GitRemoteUnreachable,
];

/// How many commits, and from where.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Last {
    /// How many; 10 if left out.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
    /// The branch, or another name of a commit; the one that is checked out if left out.
    #[schemars(length(max = 250), regex(pattern = REVISION))]
    branch: Option<String>,
    /// A folder of the repository.
    path: Option<String>,
}

pub(crate) fn routes() -> Vec<Route> {
    let alone = vec![
        Route::get(
            "/api/v1/git/{id}/status",
            "git_status",
            "Tells what has changed in a git repository.",
            git_status,
        ),
        Route::get(
            "/api/v1/git/{id}/log",
            "git_log_get",
            "Tells the last commits, of a branch if one is named; `POST` takes more wishes.",
            last_commits,
        ),
        Route::post("/api/v1/git/{id}/log", "git_log", "Tells the commits, the newest first.", log),
        Route::post("/api/v1/git/{id}/diff", "git_diff", "Tells what has changed, line by line.", diff),
        Route::post("/api/v1/git/{id}/show", "git_show", "Tells one commit and what it changed.", show),
        Route::post(
            "/api/v1/git/{id}/branch",
            "git_branch",
            "Lists, makes, renames or deletes branches.",
            branch,
        ),
        Route::post(
            "/api/v1/git/{id}/checkout",
            "git_checkout",
            "Goes to a branch, or puts files back.",
            checkout,
        ),
        Route::post("/api/v1/git/{id}/add", "git_add", "Stages changes for the next commit.", add),
        Route::post("/api/v1/git/{id}/commit", "git_commit", "Commits what is staged.", commit)
            .offers("git:commit"),
        Route::post(
            "/api/v1/git/{id}/reset",
            "git_reset",
            "Takes back what was staged, committed or changed.",
            reset,
        ),
    ];
    let remote = vec![
        Route::post("/api/v1/git/{id}/clone", "git_clone", "Clones a repository into the workspace.", clone)
            .offers("git:clone"),
        Route::post("/api/v1/git/{id}/pull", "git_pull", "Fetches a remote's branch and merges it.", pull)
            .offers("git:pull"),
        Route::post("/api/v1/git/{id}/push", "git_push", "Pushes a branch to a remote.", push)
            .offers("git:push"),
    ];
    let remote = remote.into_iter().map(|route| route.may_fail(REMOTE));
    let all = alone.into_iter().chain(remote);
    all.map(|route| route.may_fail(SANDBOX).may_fail(COMMAND).may_fail(GIT)).collect()
}

async fn git_status(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(request): Query<StatusRequest>,
) -> Result<Status> {
    super::status(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn log(app: State<App>, Path(Id { id }): Path<Id>, Body(request): Body<LogRequest>) -> Result<Log> {
    super::log(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn last_commits(
    app: State<App>,
    Path(id): Path<Id>,
    Query(Last { limit, branch, path }): Query<Last>,
) -> Result<Log> {
    let limit = Some(limit.unwrap_or(10));
    let request =
        LogRequest { path: path.unwrap_or_default(), revision: branch, limit, ..LogRequest::default() };
    log(app, Path(id), Body(request)).await
}

async fn diff(app: State<App>, Path(Id { id }): Path<Id>, Body(request): Body<DiffRequest>) -> Result<Diff> {
    super::diff(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn show(app: State<App>, Path(Id { id }): Path<Id>, Body(request): Body<ShowRequest>) -> Result<Shown> {
    super::show(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn branch(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<BranchRequest>,
) -> Result<Branches> {
    super::branch(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn checkout(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<CheckoutRequest>,
) -> Result<Status> {
    super::checkout(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn add(app: State<App>, Path(Id { id }): Path<Id>, Body(request): Body<AddRequest>) -> Result<Status> {
    super::add(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn commit(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<CommitRequest>,
) -> Result<Committed> {
    super::commit(&*app.sandboxes.get(Some(&id)).await?, &app.config.reach.git(), &request).await
}

async fn reset(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<ResetRequest>,
) -> Result<Status> {
    super::reset(&*app.sandboxes.get(Some(&id)).await?, &request).await
}

async fn clone(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<CloneRequest>,
) -> Result<Cloned> {
    super::clone(&*app.sandboxes.get(Some(&id)).await?, outside(&app.config.reach.git()), &request).await
}

async fn pull(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<PullRequest>,
) -> Result<Pulled> {
    super::pull(&*app.sandboxes.get(Some(&id)).await?, outside(&app.config.reach.git()), &request).await
}

async fn push(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<PushRequest>,
) -> Result<Pushed> {
    super::push(&*app.sandboxes.get(Some(&id)).await?, outside(&app.config.reach.git()), &request).await
}

/// Nobody waits for progress here.
fn outside(settings: &Settings) -> Outside<'_> {
    Outside { settings, tell: &|_, _| {} }
}
