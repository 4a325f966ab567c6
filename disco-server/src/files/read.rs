//! Reads a file: some lines of a text, or the bytes of anything.

use std::fs::File;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Encoding;
use super::lines;
use super::mime::{is_picture, mime_type};
use crate::digest::sha256;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// The largest file that is read, in bytes (10 MiB).
pub const MAX_READ: u64 = 10 << 20;

/// What to read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReadRequest {
    /// The file, relative to the workspace or beginning with `/workspace/`.
    pub path: String,
    /// `utf8` for text, `base64` for any bytes.
    pub encoding: Encoding,
    /// The first line to return, counted from 1. Text only.
    #[schemars(range(min = 1))]
    pub offset: Option<usize>,
    /// How many lines to return at most. Text only.
    pub limit: Option<usize>,
    /// How many bytes of `content` to return at most, as they are written in JSON: 262144 of a text if absent, and
    /// all of anything else.
    pub max_bytes: Option<usize>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileContent")]
pub struct ReadResult {
    /// The file, relative to the workspace.
    pub path: String,
    /// The text, or the bytes in base64.
    pub content: String,
    /// How `content` is written; pictures are always `base64`.
    pub encoding: Encoding,
    /// The size of the whole file in bytes.
    pub size: u64,
    /// The SHA-256 of the whole file, to be given to a later write as `expected_sha256`.
    pub sha256: String,
    /// For instance `text/plain` or `image/png`.
    pub mime_type: String,
    /// Whether clients can show it as a picture.
    pub is_image: bool,
    /// How many lines the file has; absent when it was not read as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_lines: Option<usize>,
    /// Where to go on reading, when lines are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<usize>,
    /// The last lines, when the file was read from the start and lines between are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail: Option<String>,
    /// The number of the first line of `tail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_line: Option<usize>,
    /// Whether something was left out that was asked for.
    pub truncated: bool,
    /// How to get what was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// `FILE_NOT_FOUND`, `FILE_TOO_LARGE`, `NOT_TEXT` (then ask for base64), and those of the path.
pub fn read(root: &Root, request: &ReadRequest) -> Result<ReadResult> {
    let path = RelPath::parse(&request.path)?;
    read_opened(root.open_file(&path)?, &path, request)
}

/// The same for a file that is open; `path` is only told.
pub(super) fn read_opened(file: File, path: &RelPath, request: &ReadRequest) -> Result<ReadResult> {
    let bytes = read_all(file, path)?;
    let mime = mime_type(path.as_str(), &bytes[..bytes.len().min(4096)]);
    let mut result = ReadResult {
        path: path.to_string(),
        content: String::new(),
        encoding: Encoding::Base64,
        size: bytes.len() as u64,
        sha256: sha256(&bytes),
        mime_type: mime.to_owned(),
        is_image: is_picture(mime),
        total_lines: None,
        next_offset: None,
        tail: None,
        tail_line: None,
        truncated: false,
        note: None,
    };
    if request.encoding == Encoding::Base64 || result.is_image {
        // Three bytes are four letters. A picture is told whole: its caller shows it otherwise.
        let most = request.max_bytes.filter(|_| request.encoding == Encoding::Base64);
        let part = &bytes[..bytes.len().min(most.map_or(usize::MAX, |most| most / 4 * 3))];
        result.content = BASE64.encode(part);
        if part.len() < bytes.len() {
            result.truncated = true;
            result.note = Some(format!("read on with `file_download` at `offset` {}", part.len()));
        }
        return Ok(result);
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::new(
            ErrorCode::NotText,
            format!("`{path}` is not text in UTF-8 ({mime}, {} bytes)", result.size),
        )
        .suggest("read it with `encoding`: `base64`")
    })?;
    result.encoding = Encoding::Utf8;
    lines::take(&text, request, &mut result)?;
    Ok(result)
}

/// The bytes of a file that is not too large.
pub(super) fn read_all(file: File, path: &RelPath) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than allowed: the size told beforehand may be wrong by now.
    file.take(MAX_READ + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::from_io(&format!("cannot read `{path}`"), &error))?;
    if bytes.len() as u64 > MAX_READ {
        return Err(Error::new(ErrorCode::FileTooLarge, format!("`{path}` is larger than {MAX_READ} bytes"))
            .suggest("look at parts of it with a command such as `head`, `tail` or `sed -n`"));
    }
    Ok(bytes)
}
