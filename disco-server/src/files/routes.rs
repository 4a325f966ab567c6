//! Files over REST.

mod manage;
mod transfer;

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Kind, ListEntry, ListRequest, ListResult, ReadRequest, ReadResult, SearchRequest, SearchResult,
    WriteRequest, WriteResult, aside,
};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Path, Query, Route};
use crate::sandbox::{Id, RelPath, Root, SANDBOX};

const PATH: &[ErrorCode] = &[
    ErrorCode::InvalidPath,
    ErrorCode::InvalidArgument,
    ErrorCode::PathOutsideWorkspace,
    ErrorCode::FileNotFound,
    ErrorCode::NotADirectory,
    ErrorCode::PermissionDenied,
];
const FILE: &[ErrorCode] = &[ErrorCode::IsADirectory, ErrorCode::NotARegularFile, ErrorCode::FileTooLarge];
const WRITE: &[ErrorCode] = &[ErrorCode::FileChanged, ErrorCode::DiskFull, ErrorCode::NotBase64];

/// What a folder holds, with the words of older callers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FolderAnswer")]
struct Listing {
    #[serde(flatten)]
    listed: ListResult,
    /// `entries`, in the form of older callers.
    files: Vec<ListedFile>,
}

/// Something in a folder.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListedFile {
    /// Its path in the workspace.
    name: String,
    /// `file`, `directory`, or what else it is.
    r#type: Kind,
    /// Its size in bytes; 0 of what is no file.
    size: u64,
    /// When it was last changed.
    last_modified: String,
}

impl From<&ListEntry> for ListedFile {
    fn from(entry: &ListEntry) -> Self {
        Self {
            name: entry.path.clone(),
            r#type: entry.kind,
            size: entry.size.unwrap_or(0),
            last_modified: entry.modified.clone(),
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let own = vec![
        Route::get("/api/v1/files/{id}", "file_list", "Lists a folder of a sandbox.", list)
            .may_fail(&[Code::InvalidPattern])
            .offers("file:list"),
        Route::get(
            "/api/v1/files/{id}/content",
            "file_read",
            "Reads a file: text by lines, or any bytes in base64.",
            content,
        )
        .may_fail(FILE)
        .may_fail(&[Code::NotText])
        .offers("file:read"),
        Route::get(
            "/api/v1/files/{id}/search",
            "file_search",
            "Searches the text of files, as ripgrep does.",
            search,
        )
        .may_fail(&[Code::InvalidPattern, Code::NotARegularFile]),
        Route::post(
            "/api/v1/files/{id}",
            "file_write",
            "Writes a whole file, at once or not at all; makes it if it is not there.",
            write,
        )
        .may_fail(FILE)
        .may_fail(WRITE)
        .offers("file:write"),
        Route::put(
            "/api/v1/files/{id}",
            "file_replace",
            "Replaces a file that is there, at once or not at all.",
            replace,
        )
        .may_fail(FILE)
        .may_fail(WRITE),
    ];
    let all = own.into_iter().chain(manage::routes()).chain(transfer::routes());
    all.map(|route| route.may_fail(SANDBOX).may_fail(PATH)).collect()
}

async fn list(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(request): Query<ListRequest>,
) -> Result<Listing> {
    let listed = on_files(&app, &id, move |root| super::list(root, &request)).await?;
    let files = listed.entries.iter().map(ListedFile::from).collect();
    Ok(Listing { listed, files })
}

async fn content(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(request): Query<ReadRequest>,
) -> Result<ReadResult> {
    on_files(&app, &id, move |root| super::read(root, &request)).await
}

async fn search(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(request): Query<SearchRequest>,
) -> Result<SearchResult> {
    on_files(&app, &id, move |root| super::search(root, &request)).await
}

async fn write(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<WriteRequest>,
) -> Result<WriteResult> {
    on_files(&app, &id, move |root| super::write(root, &request)).await
}

async fn replace(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<WriteRequest>,
) -> Result<WriteResult> {
    let replace = move |root: &Root| {
        root.open_file(&RelPath::parse(&request.path)?)?;
        super::write(root, &request)
    };
    on_files(&app, &id, replace).await
}

async fn on_files<T: Send + 'static>(
    app: &App,
    id: &str,
    work: impl FnOnce(&Root) -> Result<T> + Send + 'static,
) -> Result<T> {
    let sandbox = app.sandboxes.get(Some(id)).await?;
    aside(&*sandbox, work).await
}
