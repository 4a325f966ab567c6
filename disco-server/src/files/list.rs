//! Lists folders.

use std::ops::ControlFlow;

use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::walk::{Entry, Kind, Next, Walk};
use crate::error::{Error, ErrorCode, Result};
use crate::moment;
use crate::page;
use crate::sandbox::{RelPath, Root};

/// The most entries of one answer.
const MOST: usize = 5000;

/// What to list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ListRequest {
    /// The folder, relative to the workspace; the workspace itself if empty.
    pub path: String,
    /// How many levels: 1 is the folder's own entries.
    pub depth: usize,
    /// Only entries whose path below the folder matches, as in `*.rs` (any folder) or `src/**/*.rs`.
    pub glob: Option<String>,
    /// Whether to list what `.gitignore` hides, and the inside of `.git`.
    pub include_ignored: bool,
    /// How many entries at most, up to 5000.
    pub limit: usize,
    /// `next_cursor` of the answer before.
    #[schemars(regex(pattern = "^after:"))]
    pub cursor: Option<String>,
}

impl Default for ListRequest {
    fn default() -> Self {
        Self { path: String::new(), depth: 1, glob: None, include_ignored: false, limit: 500, cursor: None }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FolderEntry")]
pub struct ListEntry {
    /// Relative to the workspace.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Its size in bytes; of files only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When it was last changed, as in `2026-11-21T12:00:00Z`.
    pub modified: String,
    /// Where a symbolic link points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FolderListing")]
pub struct ListResult {
    /// The folder, relative to the workspace.
    pub path: String,
    /// In the order of names, each folder before what it holds.
    pub entries: Vec<ListEntry>,
    /// To be given as `cursor` for the rest; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// What was not looked at, and why: of folders with very many names the rest, and what its time did not
    /// suffice for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl ListResult {
    /// As many of the entries as an answer holds; the next call goes on behind them.
    pub(super) fn fit(&mut self) {
        let shown = page::fitting(&self.entries);
        if shown < self.entries.len() {
            self.entries.truncate(shown);
            self.next_cursor = self.entries.last().map(|entry| format!("after:{}", entry.path));
        }
    }
}

/// Lists a folder.
///
/// # Errors
/// `FILE_NOT_FOUND`, `NOT_A_DIRECTORY`, `INVALID_PATTERN` for the glob, `INVALID_ARGUMENT` for a wrong cursor, and
/// those of the path.
pub fn list(root: &Root, request: &ListRequest) -> Result<ListResult> {
    let path = RelPath::parse(&request.path)?;
    let glob = request.glob.as_deref().map(compile).transpose()?;
    let after = request.cursor.as_deref().map(read_cursor).transpose()?;
    let limit = request.limit.clamp(1, MOST);
    let walk = Walk { depth: request.depth.max(1), ignored: request.include_ignored };
    let mut entries: Vec<ListEntry> = Vec::new();
    let mut is_more = false;
    let left_out = walk.run(root, &path, &mut |entry| {
        if let Some(after) = &after {
            let (here, after) = (parts(&entry.path), parts(after));
            if here <= after {
                // What was listed before; but the last folder may have been entered half.
                let next = if after.starts_with(&here) { Next::Enter } else { Next::Pass };
                return ControlFlow::Continue(next);
            }
        }
        if glob.as_ref().is_none_or(|glob| glob.is_match(below(&path, &entry.path))) {
            if entries.len() == limit {
                is_more = true;
                return ControlFlow::Break(());
            }
            entries.push(describe(entry));
        }
        ControlFlow::Continue(Next::Enter)
    })?;
    let is_more = is_more || left_out.is_late;
    let next_cursor = entries.last().filter(|_| is_more).map(|entry| format!("after:{}", entry.path));
    Ok(ListResult { path: path.to_string(), entries, next_cursor, left_out: left_out.told })
}

fn read_cursor(cursor: &str) -> Result<RelPath> {
    let path = cursor.strip_prefix("after:").ok_or_else(|| {
        Error::new(ErrorCode::InvalidArgument, "`cursor` is not one of this tool")
            .suggest("give `next_cursor` of the answer before, or leave it out")
    })?;
    RelPath::parse(path)
}

/// A glob without a slash matches names in any folder.
pub(super) fn compile(glob: &str) -> Result<GlobMatcher> {
    let anywhere =
        if glob.contains('/') { glob.trim_start_matches('/').to_owned() } else { format!("**/{glob}") };
    let compiled = GlobBuilder::new(&anywhere).literal_separator(true).build().map_err(|error| {
        Error::new(ErrorCode::InvalidPattern, format!("`{glob}` is not a glob: {}", error.kind()))
            .suggest("examples: `*.rs`, `src/**/*.{js,ts}`, `[a-c]*`")
    })?;
    Ok(compiled.compile_matcher())
}

/// The order of the walk is that of the parts, not of the text: `a/b` comes before `a-b`.
fn parts(path: &RelPath) -> Vec<&str> {
    path.as_str().split('/').collect()
}

/// The path of an entry from the folder where the walk began.
pub(super) fn below<'a>(start: &RelPath, path: &'a RelPath) -> &'a str {
    path.as_str().strip_prefix(start.as_str()).unwrap_or(path.as_str()).trim_start_matches('/')
}

pub(super) fn describe(entry: &Entry<'_>) -> ListEntry {
    let seconds = u64::try_from(entry.stat.st_mtime).unwrap_or(0);
    let target =
        (entry.kind == Kind::Symlink).then(|| rustix::fs::readlinkat(entry.folder, entry.name, Vec::new()));
    ListEntry {
        path: entry.path.to_string(),
        kind: entry.kind,
        size: (entry.kind == Kind::File).then(|| u64::try_from(entry.stat.st_size).unwrap_or(0)),
        modified: moment::at(seconds),
        target: target.and_then(std::result::Result::ok).map(|target| target.to_string_lossy().into_owned()),
    }
}
