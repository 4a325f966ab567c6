//! Replaces pieces of a text file: all of them or none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::near_miss::near_miss;
use super::read::read_all;
use super::write::replace;
use crate::digest::sha256;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// One replacement.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The text to replace, exactly as it stands in the file, with its spaces and line ends.
    pub old: String,
    /// What to put there.
    pub new: String,
    /// Whether to replace it wherever it stands; if not, it must stand there once.
    #[serde(default)]
    pub replace_all: bool,
}

/// What to edit.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditRequest {
    /// The file, relative to the workspace or beginning with `/workspace/`.
    pub path: String,
    /// The replacements, made in this order; each sees the result of the one before.
    pub edits: Vec<Edit>,
    /// Whether to only show the difference, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Edit only if the file has this SHA-256 now, in hexadecimal.
    #[serde(default)]
    pub expected_sha256: Option<String>,
}

/// What was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EditResult {
    /// The file, relative to the workspace.
    pub path: String,
    /// The difference, in unified form with three lines around.
    pub diff: String,
    /// How many pieces were replaced.
    pub replacements: usize,
    /// The SHA-256 of the file as it is (or would be, in a dry run).
    pub sha256: String,
    /// Whether the file was changed: not in a dry run, and not when the text is the same.
    pub written: bool,
}

/// Edits a file. If one replacement cannot be made, none is.
///
/// # Errors
/// `EDIT_NOT_FOUND` with the most similar place, `EDIT_NOT_UNIQUE` with the number of places and their lines,
/// `FILE_CHANGED`, `NOT_TEXT`, and those of reading and writing.
pub fn edit(root: &Root, request: &EditRequest) -> Result<EditResult> {
    let path = RelPath::parse(&request.path)?;
    let _turn = root.writing();
    let bytes = read_all(root.open_file(&path)?, &path)?;
    let digest = sha256(&bytes);
    if request.expected_sha256.as_ref().is_some_and(|expected| !digest.eq_ignore_ascii_case(expected)) {
        return Err(Error::new(
            ErrorCode::FileChanged,
            format!("`{path}` has the SHA-256 {digest}, not the expected one"),
        )
        .suggest("read it again and redo the change"));
    }
    let before = String::from_utf8(bytes).map_err(|_| {
        Error::new(ErrorCode::NotText, format!("`{path}` is not text in UTF-8"))
            .suggest("write it as a whole, in base64")
    })?;
    let mut after = before.clone();
    let mut replacements = 0;
    for (index, edit) in request.edits.iter().enumerate() {
        let (text, count) = apply(&after, edit).map_err(|error| Error {
            message: format!("edit {} of {} in `{path}`: {}", index + 1, request.edits.len(), error.message),
            ..error
        })?;
        after = text;
        replacements += count;
    }
    let diff = TextDiff::from_lines(before.as_str(), after.as_str())
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    let written = !request.dry_run && after != before;
    if written {
        replace(root, &path, after.as_bytes(), false)?;
    }
    Ok(EditResult { path: path.to_string(), diff, replacements, sha256: sha256(after.as_bytes()), written })
}

fn apply(text: &str, edit: &Edit) -> Result<(String, usize)> {
    if edit.old.is_empty() {
        return Err(Error::new(ErrorCode::InvalidArgument, "`old` is empty")
            .suggest("to write a whole file use `file_write`"));
    }
    let places: Vec<usize> = text.match_indices(&edit.old).map(|(at, _)| at).collect();
    match places.len() {
        0 => Err(Error::new(ErrorCode::EditNotFound, "`old` is not in the file")
            .suggest(near_miss(text, &edit.old))),
        1 => Ok((text.replacen(&edit.old, &edit.new, 1), 1)),
        count if edit.replace_all => Ok((text.replace(&edit.old, &edit.new), count)),
        count => {
            let lines: Vec<String> =
                places.iter().take(10).map(|at| line_of(text, *at).to_string()).collect();
            let message = format!("`old` is in the file {count} times, at lines {}", lines.join(", "));
            Err(Error::new(ErrorCode::EditNotUnique, message)
                .suggest("add lines around it until it is unique, or set `replace_all`"))
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
