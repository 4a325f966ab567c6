//! Git over REST.

use disco_sdk::State;

use super::{Status, StatusRequest, status};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Path, Query, Route};
use crate::sandbox::{Id, SANDBOX};
use crate::terminal::COMMAND;

/// What any request to git may be refused with.
const GIT: &[ErrorCode] =
    &[ErrorCode::InvalidArgument, ErrorCode::NotAGitRepository, ErrorCode::GitFailed, ErrorCode::Timeout];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/v1/git/{id}/status",
            "git_status",
            "Tells what has changed in a git repository.",
            git_status,
        )
        .may_fail(SANDBOX)
        .may_fail(COMMAND)
        .may_fail(GIT),
    ]
}

async fn git_status(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(request): Query<StatusRequest>,
) -> Result<Status> {
    let sandbox = app.sandboxes.get(Some(&id)).await?;
    status(&*sandbox, &request).await
}
