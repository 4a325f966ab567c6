//! Trees of files that a sandbox can write, worked on by descriptors: no name in them leads anywhere else.

mod content;
mod copy;
mod queue;
mod remove;

use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use rustix::fs::{IFlags, Mode, OFlags, ResolveFlags};

pub(crate) use copy::{LeftOut, Most, copy};
pub(crate) use remove::{empty, remove};

use super::paths::open_host_dir;
use crate::error::{Error, ErrorCode, Result};
use crate::progress::Count;

/// Who commands are on the host when the server is root and the workspace belongs to root.
///
/// An id that no distribution gives to anybody: nothing else on the host belongs to it.
pub const UNPRIVILEGED: u32 = 64_711;

/// Opens a folder by its path from the root, one descriptor however deep it is, and never through a link.
pub(crate) fn open_beneath(root: BorrowedFd<'_>, path: &Path) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::openat2(root, path, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS)
}

/// Makes the folder if it is not there, and gives it to whom the commands will be.
pub(crate) fn make_workspace(path: &Path) -> Result<()> {
    let what = format!("cannot make the workspace {}", path.display());
    if path.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(path)
        .map_err(|error| Error::from_io(&what, &error))?;
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(path, Some(UNPRIVILEGED), Some(UNPRIVILEGED))
            .map_err(|error| Error::from_io(&what, &error))?;
    }
    Ok(())
}

/// Makes the folder of many trees that have nothing to do with one another, and tells the file system so.
///
/// ext4 then spreads them over the disk (`chattr +T`), and does not lay a new one where another was just removed:
/// without a journal it leaves the places of removed files alone for minutes, and for every new file looks through
/// all of them again, at a hundred times the cost of the file. Other file systems have no such wish, so a refusal is
/// none of ours.
pub(crate) fn make_forest(path: &Path, permissions: u32) -> Result<()> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(permissions).create(path);
    made.map_err(|error| Error::from_io(&format!("make {}", path.display()), &error))?;
    if let Ok(folder) = open_host_dir(path)
        && let Ok(flags) = rustix::fs::ioctl_getflags(&folder)
        && !flags.contains(IFlags::TOPDIR)
    {
        let _ = rustix::fs::ioctl_setflags(&folder, flags | IFlags::TOPDIR);
    }
    Ok(())
}

/// Makes an empty folder that only the server can enter.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| Error::from_io(&format!("make {}", path.display()), &error))
}

/// Does work with many files beside the async threads.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let count = Count::current();
    let done = tokio::task::spawn_blocking(move || count.of_blocking(work)).await;
    done.map_err(|error| Error::new(ErrorCode::Internal, error.to_string()))?
}
