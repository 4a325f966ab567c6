//! Tells what a name stands for.

use std::os::fd::AsFd;

use rustix::fs::{AtFlags, OFlags};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::{ListEntry, describe};
use super::mime::mime_type;
use super::read::{MAX_READ, read_all};
use super::walk::{Entry, Kind, kind};
use crate::digest::sha256;
use crate::error::{Error, Result};
use crate::sandbox::paths::open_entry;
use crate::sandbox::{RelPath, Root};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileFacts")]
pub struct StatResult {
    /// What a listing tells of it.
    #[serde(flatten)]
    pub entry: ListEntry,
    /// Its permissions, as in `0644`.
    pub mode: String,
    /// For instance `text/plain`; of files only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The SHA-256 of a file of 10 MiB at most, to be given to a later write as `expected_sha256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Looks at one name. A link at its end is told as a link, and not followed.
///
/// # Errors
/// `FILE_NOT_FOUND`, and those of the path.
pub fn stat(root: &Root, path: &str) -> Result<StatResult> {
    let path = RelPath::parse(path)?;
    let (folder, name) = match path.split() {
        Some((folder, name)) => (root.open_dir(&folder)?, name),
        None => (root.open_dir(&path)?, "."),
    };
    let stat = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|error| Error::from_errno(&format!("`{path}`"), error))?;
    let entry = Entry { path: path.clone(), kind: kind(&stat), stat, folder: &folder, name: name.as_ref() };
    let is_small = entry.kind == Kind::File && u64::try_from(stat.st_size).is_ok_and(|size| size <= MAX_READ);
    // By its descriptor, and only what is still a file.
    let bytes =
        open_entry(folder.as_fd(), name.as_ref(), OFlags::RDONLY).ok().filter(|_| is_small).and_then(|fd| {
            let is_file = kind(&rustix::fs::fstat(&fd).ok()?) == Kind::File;
            is_file.then(|| read_all(fd.into(), &path).ok()).flatten()
        });
    let mime = |bytes: &Vec<u8>| mime_type(path.as_str(), &bytes[..bytes.len().min(4096)]).to_owned();
    Ok(StatResult {
        entry: describe(&entry),
        mode: format!("{:04o}", stat.st_mode & 0o7777),
        mime_type: bytes.as_ref().map(mime),
        sha256: bytes.as_deref().map(sha256),
    })
}
