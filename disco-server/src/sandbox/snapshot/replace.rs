//! Replaces all files of a workspace, so that a kill at any moment loses none of the old or none of the new.
//!
//! The new files are made in a folder of the workspace, the *stage*. Then the old ones leave for the stage, and the
//! new ones come: each by one renaming. Which of it was going on is in the file of state, so it can be gone on with.

use std::ffi::{CStr, CString, OsStr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, Gid, Mode, RenameFlags, Uid};
use rustix::io::Errno;

use crate::error::{Error, Result};
use crate::sandbox::tree;

/// How the name of a stage begins. Copies and comparisons of workspaces leave stages out.
pub(super) const STAGE: &str = ".disco-restore";
/// How often entries that a command makes meanwhile are moved away.
const TRIES: usize = 100;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing on the stage counts: the new files are copied to it, or it is removed.
    Aside,
    /// The old files leave.
    Out,
    /// The new files come.
    In,
}

impl Phase {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Aside => "aside",
            Self::Out => "out",
            Self::In => "in",
        }
    }

    pub(super) fn of(word: &str) -> Self {
        match word {
            "out" => Self::Out,
            "in" => Self::In,
            _ => Self::Aside,
        }
    }
}

/// Whether an entry of a workspace is one of its files, and no stage.
pub(super) fn is_file(name: &OsStr) -> bool {
    !name.as_bytes().starts_with(STAGE.as_bytes())
}

/// Makes the stage, and gives the folder for the new files.
pub(super) fn prepare(workspace: BorrowedFd<'_>, stage: &str) -> Result<OwnedFd> {
    let make = || {
        let owner = rustix::fs::fstat(workspace)?;
        rustix::fs::mkdirat(workspace, stage, Mode::from_raw_mode(0o700))?;
        let stage = tree::open_beneath(workspace, Path::new(stage))?;
        for name in ["new", "old"] {
            rustix::fs::mkdirat(&stage, name, Mode::from_raw_mode(0o700))?;
        }
        let new = tree::open_beneath(stage.as_fd(), Path::new("new"))?;
        if rustix::process::geteuid().is_root() {
            let owner = (Some(Uid::from_raw(owner.st_uid)), Some(Gid::from_raw(owner.st_gid)));
            rustix::fs::fchown(&new, owner.0, owner.1)?;
        }
        Ok(new)
    };
    make().map_err(failed)
}

/// The old files leave.
pub(super) fn out(workspace: BorrowedFd<'_>, stage: &str) -> Result<()> {
    let leave = || {
        let old = tree::open_beneath(workspace, &Path::new(stage).join("old"))?;
        for _ in 0..TRIES {
            let names = names(workspace)?;
            let mut left = names.iter().filter(|name| is_file(OsStr::from_bytes(name.to_bytes()))).peekable();
            if left.peek().is_none() {
                break;
            }
            for name in left {
                move_away(workspace, name, &old)?;
            }
        }
        Ok(())
    };
    leave().map_err(failed)
}

/// The new files come. What is in the way by now leaves.
pub(super) fn come_in(workspace: BorrowedFd<'_>, stage: &str) -> Result<()> {
    let come = || {
        let old = tree::open_beneath(workspace, &Path::new(stage).join("old"))?;
        let new = tree::open_beneath(workspace, &Path::new(stage).join("new"))?;
        for name in names(new.as_fd())? {
            for _ in 0..TRIES {
                match rustix::fs::renameat_with(&new, &name, workspace, &name, RenameFlags::NOREPLACE) {
                    Err(Errno::EXIST) => move_away(workspace, &name, &old)?,
                    done => {
                        done?;
                        break;
                    }
                }
            }
        }
        Ok(())
    };
    come().map_err(failed)
}

/// Removes the stage with all that is in it.
pub(super) fn clear(workspace: BorrowedFd<'_>, stage: &str) -> Result<()> {
    let clear = || {
        match tree::open_beneath(workspace, Path::new(stage)) {
            Ok(folder) => tree::empty(&folder)?,
            Err(Errno::NOENT) => return Ok(()),
            Err(error) => return Err(error),
        }
        rustix::fs::unlinkat(workspace, stage, AtFlags::REMOVEDIR)
    };
    clear().map_err(failed)
}

/// Moves an entry to the old files, under another name if there is one of its name already.
fn move_away(workspace: BorrowedFd<'_>, name: &CStr, old: &OwnedFd) -> rustix::io::Result<()> {
    for number in 0..TRIES {
        let to = if number == 0 { name.to_owned() } else { numbered(number) };
        match rustix::fs::renameat_with(workspace, name, old, &to, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => {}
            Ok(()) | Err(Errno::NOENT) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Err(Errno::EXIST)
}

fn numbered(number: usize) -> CString {
    CString::new(format!("{STAGE}-{number}")).unwrap_or_default()
}

fn names(folder: BorrowedFd<'_>) -> rustix::io::Result<Vec<CString>> {
    let mut names = Vec::new();
    // The descriptor of a workspace is not open for reading.
    for entry in Dir::read_from(tree::open_beneath(folder, Path::new("."))?)? {
        let entry = entry?;
        if entry.file_name() != c"." && entry.file_name() != c".." {
            names.push(entry.file_name().to_owned());
        }
    }
    Ok(names)
}

fn failed(error: Errno) -> Error {
    Error::from_errno("replace the files of the workspace", error)
}
