//! Makes folders, and moves what is there to another name.

use rustix::fs::{AtFlags, RenameFlags};
use rustix::io::Errno;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::walk::{Kind, kind};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// What became of a folder that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FolderMade")]
pub struct MkdirResult {
    /// The folder, relative to the workspace.
    pub path: String,
    /// Whether it was not there before.
    pub created: bool,
}

/// Makes a folder and those above it. One that is there already is no error.
///
/// # Errors
/// `NOT_A_DIRECTORY` when a file has the name, `PERMISSION_DENIED`, `DISK_FULL`, and those of the path.
pub fn mkdir(root: &Root, path: &str) -> Result<MkdirResult> {
    let path = RelPath::parse(path)?;
    let _turn = root.writing();
    let created = match root.open_dir(&path) {
        Err(error) if error.code == ErrorCode::FileNotFound => root.make_dirs(&path).map(|_| true)?,
        opened => opened.map(|_| false)?,
    };
    Ok(MkdirResult { path: path.to_string(), created })
}

/// What to move.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MoveRequest {
    /// The file or folder, relative to the workspace.
    pub from: String,
    /// Its new name, relative to the workspace.
    pub to: String,
    /// Whether a file of the new name may be replaced.
    pub overwrite: bool,
    /// Whether to make the folders that are missing on the way.
    pub create_dirs: bool,
    /// Whether to only look whether it could be done.
    pub dry_run: bool,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FileMoved")]
pub struct MoveResult {
    /// The old name.
    pub from: String,
    /// The new name.
    pub to: String,
    /// What it is.
    pub kind: Kind,
    /// Whether something of the new name was replaced, or would be.
    pub overwritten: bool,
    /// Whether it was moved; not in a dry run.
    pub moved: bool,
}

/// Moves a file, a folder or a link, at once or not at all. A link is moved itself, not what it stands for.
///
/// # Errors
/// `FILE_EXISTS` unless `overwrite` is said and what is there is a file, `FILE_NOT_FOUND`, `INVALID_ARGUMENT` for a
/// folder into itself, `PERMISSION_DENIED` for the workspace itself, and those of the path.
pub fn move_file(root: &Root, request: &MoveRequest) -> Result<MoveResult> {
    let (from, to) = (RelPath::parse(&request.from)?, RelPath::parse(&request.to)?);
    let (Some((from_folder, from_name)), Some((to_folder, to_name))) = (from.split(), to.split()) else {
        return Err(Error::new(
            ErrorCode::PermissionDenied,
            "the workspace itself cannot be moved or replaced",
        )
        .suggest("name something in it"));
    };
    let _turn = root.writing();
    let source = root.open_dir(&from_folder)?;
    let stat = rustix::fs::statat(&source, from_name, AtFlags::SYMLINK_NOFOLLOW)
        .map_err(|error| Error::from_errno(&format!("`{from}`"), error))?;
    let done = |overwritten, moved| MoveResult {
        from: from.to_string(),
        to: to.to_string(),
        kind: kind(&stat),
        overwritten,
        moved,
    };
    let target = match root.open_dir(&to_folder) {
        Err(error) if error.code == ErrorCode::FileNotFound && request.create_dirs => {
            if request.dry_run {
                return Ok(done(false, false));
            }
            root.make_dirs(&to_folder)?
        }
        opened => opened?,
    };
    let there = match rustix::fs::statat(&target, to_name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Some(kind(&stat)),
        Err(Errno::NOENT) => None,
        Err(error) => return Err(Error::from_errno(&format!("`{to}`"), error)),
    };
    match there {
        Some(Kind::Directory) => {
            return Err(exists(&to, "name the new file in it, or delete the folder first"));
        }
        Some(_) if !request.overwrite => {
            return Err(exists(&to, "say `overwrite` to replace it, or choose another name"));
        }
        _ => {}
    }
    if request.dry_run {
        return Ok(done(there.is_some(), false));
    }
    // What was looked at may have changed since: only the kernel's own look counts.
    let flags = if request.overwrite { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
    match rustix::fs::renameat_with(&source, from_name, &target, to_name, flags) {
        Ok(()) => Ok(done(there.is_some(), true)),
        Err(Errno::EXIST | Errno::ISDIR | Errno::NOTEMPTY) => Err(exists(&to, "choose another name")),
        Err(Errno::INVAL) => {
            Err(Error::new(ErrorCode::InvalidArgument, format!("`{from}` cannot be moved into itself"))
                .suggest("choose a place outside of it"))
        }
        Err(error) => Err(Error::from_errno(&format!("cannot move `{from}` to `{to}`"), error)),
    }
}

fn exists(path: &RelPath, what_to_do: &str) -> Error {
    Error::new(ErrorCode::FileExists, format!("`{path}` is there already")).suggest(what_to_do)
}
