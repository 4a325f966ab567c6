//! Files in parts: large ones into the workspace and out of it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::write::{behind_link, old_mode, place};
use crate::digest::{sha256, sha256_of};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// The largest part of one call, in bytes (4 MiB).
pub const PART: usize = 4 << 20;
/// The largest file that a digest is told of, in bytes (256 MiB).
const LARGEST_DIGEST: u64 = 256 << 20;

/// A part of a file that comes in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadRequest {
    /// The file, relative to the workspace.
    pub path: String,
    /// The bytes of the part, in base64; 4 MiB of bytes at most.
    pub content: String,
    /// Where in the file they stand: 0 begins anew, any other has to be where the last part ended.
    #[serde(default)]
    pub offset: u64,
    /// Whether this is the last part. Only then the file is put in its place, at once.
    #[serde(default = "yes")]
    pub is_last: bool,
    /// The SHA-256 of the whole file, which is checked before it is put in its place.
    #[serde(default)]
    pub sha256: Option<String>,
}

fn yes() -> bool {
    true
}

/// What has come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileUploaded")]
pub struct UploadResult {
    /// The file, relative to the workspace.
    pub path: String,
    /// How many bytes have come in; the next part begins here.
    pub size: u64,
    /// Whether the file is in its place.
    pub complete: bool,
    /// The SHA-256 of the whole file, when it is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Takes a part. Parts wait in a hidden file beside the one that they become.
///
/// # Errors
/// `NOT_BASE64`, `INVALID_ARGUMENT` for a part that is too large, `FILE_CHANGED` for an offset that is not where the
/// last part ended, `CHECKSUM_MISMATCH`, `FILE_TOO_LARGE`, `IS_A_DIRECTORY`, `DISK_FULL`, and those of the path.
pub fn upload(root: &Root, request: &UploadRequest) -> Result<UploadResult> {
    let path = RelPath::parse(&request.path)?;
    let bytes = BASE64.decode(request.content.trim()).map_err(|error| {
        Error::new(ErrorCode::NotBase64, format!("`content` is not base64: {error}"))
            .suggest("use the standard alphabet with padding")
    })?;
    if bytes.len() > PART {
        return Err(Error::new(ErrorCode::InvalidArgument, format!("the part is larger than {PART} bytes"))
            .suggest("send smaller parts, each with its `offset`, and `is_last` with the last"));
    }
    let end = request.offset.saturating_add(bytes.len() as u64);
    let failed = |error| Error::from_io(&format!("cannot write `{path}`"), &error);
    let _turn = root.writing();
    let target = behind_link(root, &path)?;
    let (folder, name) = place(&target)?;
    root.make_room(&path, end, (request.offset > 0).then_some(request.offset))?;
    let folder = root.make_dirs(&folder)?;
    let mode = old_mode(&folder, name, &path)?;
    let part = format!(".disco-upload-{}.part", &sha256(name.as_bytes())[..16]);
    let mut file = open_part(root, &folder, &part, request.offset == 0, &path)?;
    let size = file.metadata().map_err(failed)?.len();
    if size != request.offset {
        let what = format!("`offset` is {}, but {size} bytes of `{path}` have come in", request.offset);
        return Err(Error::new(ErrorCode::FileChanged, what)
            .suggest(format!("go on with `offset` {size}, or begin anew with 0")));
    }
    file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&bytes)).map_err(failed)?;
    if !request.is_last {
        return Ok(UploadResult { path: path.to_string(), size: end, complete: false, sha256: None });
    }
    let digest = digest(&file, end).map_err(failed)?;
    if request.sha256.as_ref().is_some_and(|expected| !digest.eq_ignore_ascii_case(expected)) {
        rustix::fs::unlinkat(&folder, &part, AtFlags::empty()).ok();
        let what = format!("what has come in has the SHA-256 {digest}, not the one that was announced");
        return Err(Error::new(ErrorCode::ChecksumMismatch, what)
            .suggest("nothing was put in the place of the file: send it again from `offset` 0"));
    }
    rustix::fs::fchmod(&file, Mode::from_raw_mode(mode.unwrap_or(0o644)))
        .map_err(|error| failed(error.into()))?;
    file.sync_all().map_err(failed)?;
    rustix::fs::renameat(&folder, &part, &folder, name)
        .and_then(|()| rustix::fs::fsync(&folder))
        .map_err(|error| failed(error.into()))?;
    Ok(UploadResult { path: path.to_string(), size: end, complete: true, sha256: Some(digest) })
}

/// The hidden file that the parts are added to. A command may have put anything in its place: a link is not followed, a
/// pipe not waited for, and what is no file refused.
fn open_part(root: &Root, folder: impl AsFd, part: &str, anew: bool, path: &RelPath) -> Result<File> {
    let failed = |error| Error::from_errno(&format!("cannot write `{path}`"), error);
    if anew {
        rustix::fs::unlinkat(&folder, part, AtFlags::empty()).ok();
    }
    let how = if anew { OFlags::CREATE | OFlags::EXCL } else { OFlags::empty() };
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | how;
    let file = match rustix::fs::openat(&folder, part, flags, Mode::from_raw_mode(0o644)) {
        Err(rustix::io::Errno::NOENT) => {
            return Err(Error::new(ErrorCode::FileChanged, format!("no part of `{path}` has come in yet"))
                .suggest("begin with `offset` 0"));
        }
        opened => File::from(opened.map_err(failed)?),
    };
    let stat = rustix::fs::fstat(&file).map_err(failed)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile || stat.st_nlink != 1 {
        return Err(Error::new(ErrorCode::NotARegularFile, format!("`{part}` is not the file of an upload"))
            .suggest("begin anew with `offset` 0"));
    }
    if anew {
        root.give_to_owner(&file)?;
    }
    Ok(file)
}

/// The digest of the first `size` bytes.
fn digest(mut file: &File, size: u64) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    sha256_of(file, size)
}

/// A part of a file that goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FilePart")]
pub struct DownloadResult {
    /// The file, relative to the workspace.
    pub path: String,
    /// The bytes of the part, in base64.
    pub content: String,
    /// Where in the file they stand.
    pub offset: u64,
    /// Where the next part begins.
    pub next_offset: u64,
    /// Whether nothing is left.
    pub is_last: bool,
    /// How large the whole file is.
    pub size: u64,
    /// The SHA-256 of the whole file, told with its last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Reads a part of a file of any size: `most` bytes from `offset` on.
///
/// # Errors
/// `FILE_NOT_FOUND`, and those of the path.
pub fn download(root: &Root, path: &str, offset: u64, most: usize) -> Result<DownloadResult> {
    let path = RelPath::parse(path)?;
    let failed = |error| Error::from_io(&format!("cannot read `{path}`"), &error);
    let mut file = root.open_file(&path)?;
    let size = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(offset.min(size))).map_err(failed)?;
    (&file).take(most as u64).read_to_end(&mut bytes).map_err(failed)?;
    let next_offset = offset.min(size) + bytes.len() as u64;
    let is_last = next_offset >= size;
    let sha256 =
        (is_last && size <= LARGEST_DIGEST).then(|| digest(&file, size).map_err(failed)).transpose()?;
    let content = BASE64.encode(&bytes);
    Ok(DownloadResult { path: path.to_string(), content, offset, next_offset, is_last, size, sha256 })
}
