//! Files over MCP: to look at them, and to write them.

mod delete;
mod manage;
mod read;
mod resources;
mod transfer;

pub(super) use delete::confirmation_needed;

use disco_sdk::prelude::*;

use super::{
    Edit, EditRequest, EditResult, Encoding, ListRequest, ListResult, SearchRequest, SearchResult,
    WriteRequest, WriteResult, aside,
};
use crate::app::App;
use crate::progress::tell::telling;
use crate::sandbox::Root;

/// What is told of a walk that lasts.
const ENTRIES: &str = "files and folders";

/// Writes a whole file, at once or not at all. To change a part of a file use `file_edit`.
#[tool(title = "Write a file", destructive, idempotent)]
async fn file_write(
    app: State<App>,
    /// The file, relative to the workspace.
    #[arg(example = "src/main.rs")]
    path: String,
    /// The text, or the bytes in base64.
    content: String,
    /// How `content` is written.
    encoding: Option<Encoding>,
    /// Make the folders that are missing on the way.
    #[arg(rename = "createDirs", default = true)]
    create_dirs: bool,
    /// Write only if the file has this SHA-256 now: nobody has changed it meanwhile.
    expected_sha256: Option<String>,
    /// Only look whether it could be done.
    #[arg(default = false)]
    dry_run: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<WriteResult>> {
    let encoding = encoding.unwrap_or_default();
    let request = WriteRequest { path, content, encoding, create_dirs, expected_sha256, dry_run };
    on_files(&app, sandbox_id, move |root| super::write(root, &request)).await
}

/// Replaces pieces of a text file and shows the change as a unified diff. Each `old` has to stand in
/// the file exactly once, unless `replace_all` is set.
#[tool(title = "Edit a file", destructive)]
async fn file_edit(
    app: State<App>,
    /// The file, relative to the workspace.
    #[arg(example = "src/main.rs")]
    path: String,
    /// What to replace, one after the other.
    edits: Vec<Edit>,
    /// Only show the change.
    #[arg(default = false)]
    dry_run: bool,
    /// Edit only if the file has this SHA-256 now: nobody has changed it meanwhile.
    expected_sha256: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<EditResult>> {
    let request = EditRequest { path, edits, dry_run, expected_sha256 };
    on_files(&app, sandbox_id, move |root| super::edit(root, &request)).await
}

/// Lists a folder.
#[tool(title = "List a folder", read_only, idempotent)]
async fn file_list(
    cx: Context,
    app: State<App>,
    /// The folder, relative to the workspace; the workspace itself if absent.
    path: Option<String>,
    /// How many levels deep; 1 is the folder's own entries.
    #[arg(default = 1, range(1..=100))]
    depth: usize,
    /// Only entries whose path matches.
    #[arg(example = "src/**/*.rs")]
    glob: Option<String>,
    /// Also what `.gitignore` hides, and the inside of `.git`.
    #[arg(default = false)]
    include_ignored: bool,
    /// How many entries at most.
    #[arg(default = 500, range(1..=5000))]
    limit: usize,
    /// `next_cursor` of the answer before.
    cursor: Option<String>,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<ListResult>> {
    let request = ListRequest { path: path.unwrap_or_default(), depth, glob, include_ignored, limit, cursor };
    let list = on_files(&app, sandbox_id, move |root| super::list(root, &request));
    let mut listed = telling(&cx, ENTRIES, list).await?;
    listed.fit();
    Ok(listed)
}

/// Searches the text of files, as ripgrep does.
#[tool(title = "Search files", read_only, idempotent)]
async fn file_search(
    cx: Context,
    app: State<App>,
    /// The text to find; a regular expression if `regex` is set.
    #[arg(example = "fn main")]
    query: String,
    /// The folder or file to search, relative to the workspace; the workspace itself if absent.
    path: Option<String>,
    /// Only files whose name ends so, as in `rs`.
    #[arg(rename = "fileType")]
    file_type: Option<String>,
    /// Only files whose path matches, as in `src/**/*.rs`.
    glob: Option<String>,
    /// Give the lines; if not, only the first match of each file, without its text.
    #[arg(rename = "includeContent", default = true)]
    include_content: bool,
    /// `query` is a regular expression.
    #[arg(default = false)]
    regex: bool,
    /// Capital letters differ from small ones.
    #[arg(default = false)]
    case_sensitive: bool,
    /// How many lines to give before and after each match.
    #[arg(default = 0, range(0..=20))]
    context: usize,
    /// How many matches at most.
    #[arg(default = 100, range(1..=2000))]
    max_results: usize,
    /// Also what `.gitignore` hides, and the inside of `.git`.
    #[arg(default = false)]
    include_ignored: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<SearchResult>> {
    let request = SearchRequest {
        query,
        path: path.unwrap_or_default(),
        glob,
        file_type,
        regex,
        case_sensitive,
        context,
        max_results,
        include_content,
        include_ignored,
    };
    let search = on_files(&app, sandbox_id, move |root| super::search(root, &request));
    let mut found = telling(&cx, ENTRIES, search).await?;
    found.fit();
    Ok(found)
}

/// Works on the files of a sandbox.
async fn on_files<T: Send + 'static>(
    app: &App,
    sandbox_id: Option<String>,
    work: impl FnOnce(&Root) -> crate::Result<T> + Send + 'static,
) -> Result<Json<T>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    Ok(Json(aside(&*sandbox, work).await?))
}
