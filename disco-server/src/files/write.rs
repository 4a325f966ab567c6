//! Writes a file so that there is always either the old one or the new one, whole and on the disk.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Encoding;
use super::read::{MAX_READ, read_all};
use crate::digest::sha256;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// What to write.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteRequest {
    /// The file, relative to the workspace or beginning with `/workspace/`.
    pub path: String,
    /// The text, or the bytes in base64.
    pub content: String,
    /// How `content` is written.
    #[serde(default)]
    pub encoding: Encoding,
    /// Whether to make the folders that are missing on the way.
    #[serde(default = "yes")]
    pub create_dirs: bool,
    /// Write only if the file has this SHA-256 now, in hexadecimal: nobody has changed it meanwhile.
    #[serde(default)]
    pub expected_sha256: Option<String>,
    /// Whether to only look whether it could be done.
    #[serde(default)]
    pub dry_run: bool,
}

fn yes() -> bool {
    true
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileWritten")]
pub struct WriteResult {
    /// The file, relative to the workspace.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Whether it was not there before.
    pub created: bool,
    /// Whether it was written; not in a dry run.
    pub written: bool,
}

/// Writes a file: a new one beside it, forced to the disk, then put in its place.
///
/// # Errors
/// `FILE_CHANGED` when `expected_sha256` does not hold, `NOT_BASE64`, `IS_A_DIRECTORY`,
/// `FILE_TOO_LARGE` over 10 MiB, `DISK_FULL`, and those of the path.
pub fn write(root: &Root, request: &WriteRequest) -> Result<WriteResult> {
    let path = RelPath::parse(&request.path)?;
    let bytes = decode(request)?;
    if bytes.len() as u64 > MAX_READ {
        return Err(Error::new(
            ErrorCode::FileTooLarge,
            format!("the content is larger than {MAX_READ} bytes"),
        )
        .suggest("write it in parts, with commands"));
    }
    let _turn = root.writing();
    if let Some(expected) = &request.expected_sha256 {
        check_unchanged(root, &path, expected)?;
    }
    if request.dry_run {
        return would_write(root, &path, &bytes, request.create_dirs);
    }
    replace(root, &path, &bytes, request.create_dirs)
}

/// Looks whether the file could be written.
fn would_write(root: &Root, path: &RelPath, bytes: &[u8], create_dirs: bool) -> Result<WriteResult> {
    let target = behind_link(root, path)?;
    let (folder, name) = place(&target)?;
    root.make_room(path, bytes.len() as u64, root.taken_by(&target))?;
    let created = match root.open_dir(&folder) {
        Ok(folder) => old_mode(&folder, name, path)?.is_none(),
        Err(error) if error.code == ErrorCode::FileNotFound && create_dirs => true,
        Err(error) => return Err(error),
    };
    Ok(WriteResult {
        path: path.to_string(),
        size: bytes.len() as u64,
        sha256: sha256(bytes),
        created,
        written: false,
    })
}

fn decode(request: &WriteRequest) -> Result<Vec<u8>> {
    match request.encoding {
        Encoding::Utf8 => Ok(request.content.clone().into_bytes()),
        Encoding::Base64 => BASE64.decode(request.content.trim()).map_err(|error| {
            Error::new(ErrorCode::NotBase64, format!("`content` is not base64: {error}"))
                .suggest("use the standard alphabet with padding, or `encoding`: `utf8`")
        }),
    }
}

fn check_unchanged(root: &Root, path: &RelPath, expected: &str) -> Result<()> {
    let actual = sha256(&read_all(root.open_file(path)?, path)?);
    if actual.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::FileChanged, format!("`{path}` has the SHA-256 {actual}, not {expected}"))
        .suggest("read it again and redo the change"))
}

/// Puts `bytes` in the place of the file. Call it in the root's turn.
pub(super) fn replace(root: &Root, path: &RelPath, bytes: &[u8], create_dirs: bool) -> Result<WriteResult> {
    let what = |error| Error::from_errno(&format!("cannot write `{path}`"), error);
    let target = behind_link(root, path)?;
    let (folder, name) = place(&target)?;
    root.make_room(path, bytes.len() as u64, root.taken_by(&target))?;
    let folder = if create_dirs { root.make_dirs(&folder)? } else { root.open_dir(&folder)? };
    let old_mode = old_mode(&folder, name, path)?;
    let new = New::create(&folder).map_err(what)?;
    new.fill(root, bytes, old_mode.unwrap_or(0o644))
        .map_err(|error| Error { message: format!("cannot write `{path}`: {}", error.message), ..error })?;
    new.put(name).map_err(what)?;
    Ok(WriteResult {
        path: path.to_string(),
        size: bytes.len() as u64,
        sha256: sha256(bytes),
        created: old_mode.is_none(),
        written: true,
    })
}

/// The folder that holds a file, and the file's own name.
pub(super) fn place(path: &RelPath) -> Result<(RelPath, &str)> {
    path.split().ok_or_else(|| {
        Error::new(ErrorCode::IsADirectory, "the workspace itself is a folder").suggest("name a file in it")
    })
}

/// The mode of the file that is there, if one is.
pub(super) fn old_mode(folder: &OwnedFd, name: &str, path: &RelPath) -> Result<Option<u32>> {
    match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => regular_mode(path, stat.st_mode).map(Some),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(Error::from_errno(&format!("cannot write `{path}`"), error)),
    }
}

fn regular_mode(path: &RelPath, mode: u32) -> Result<u32> {
    match FileType::from_raw_mode(mode) {
        FileType::RegularFile => Ok(mode & 0o777),
        FileType::Directory => {
            Err(Error::new(ErrorCode::IsADirectory, format!("`{path}` is a folder"))
                .suggest("name a file in it"))
        }
        _ => Err(Error::new(ErrorCode::NotARegularFile, format!("`{path}` is not a regular file"))
            .suggest("remove it first")),
    }
}

/// The file that a link stands for, as a name beneath the root. Only the kernel's answer is used as a name, and
/// it is resolved beneath the root again.
pub(super) fn behind_link(root: &Root, path: &RelPath) -> Result<RelPath> {
    match root.real_path(path) {
        Ok(path) => Ok(path),
        Err(error) if error.code == ErrorCode::FileNotFound => Ok(path.clone()),
        Err(error) => Err(error),
    }
}

/// A file beside the one that it will replace; removed when it does not come to that.
struct New<'a> {
    folder: &'a OwnedFd,
    name: String,
    file: File,
}

impl<'a> New<'a> {
    fn create(folder: &'a OwnedFd) -> rustix::io::Result<Self> {
        let mut random = [0; 8];
        rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
        let name = format!(".disco-{:016x}.tmp", u64::from_ne_bytes(random));
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(folder, &name, flags, Mode::from_raw_mode(0o600))?.into();
        Ok(Self { folder, name, file })
    }

    fn fill(&self, root: &Root, bytes: &[u8], mode: u32) -> Result<()> {
        let io = |error: std::io::Error| Error::from_io("write", &error);
        (&self.file).write_all(bytes).map_err(io)?;
        root.give_to_owner(&self.file)?;
        rustix::fs::fchmod(&self.file, Mode::from_raw_mode(mode)).map_err(|error| io(error.into()))?;
        self.file.sync_all().map_err(io)
    }

    fn put(&self, name: &str) -> rustix::io::Result<()> {
        rustix::fs::renameat(self.folder, &self.name, self.folder, name)?;
        rustix::fs::fsync(self.folder)
    }
}

impl Drop for New<'_> {
    fn drop(&mut self) {
        // After `put` there is nothing by this name.
        let _ = rustix::fs::unlinkat(self.folder, &self.name, AtFlags::empty());
    }
}
