//! Carries files over in parts, over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{FILE, WRITE, on_files};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::files::{DownloadResult, PART, UploadRequest, UploadResult, download, upload};
use crate::rest::{Body, Path, Query, Route};
use crate::sandbox::Id;

/// Which part of which file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Part {
    /// The file, relative to the workspace.
    path: String,
    /// The first byte to read: `next_offset` of the answer before.
    #[serde(default)]
    offset: u64,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/api/v1/files/{id}/upload",
            "file_upload",
            "Writes a file of any bytes, in base64, at once or in parts. Nothing is in its place before the last.",
            take,
        )
        .may_fail(FILE)
        .may_fail(WRITE)
        .may_fail(&[ErrorCode::ChecksumMismatch]),
        Route::get(
            "/api/v1/files/{id}/download",
            "file_download",
            "Reads the bytes of a file of any size, in base64 and in parts of 4 MiB.",
            give,
        )
        .may_fail(FILE),
    ]
}

async fn take(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<UploadRequest>,
) -> Result<UploadResult> {
    on_files(&app, &id, move |root| upload(root, &request)).await
}

async fn give(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(Part { path, offset }): Query<Part>,
) -> Result<DownloadResult> {
    on_files(&app, &id, move |root| download(root, &path, offset, PART)).await
}
