//! Removes a workspace, whatever a command has made of it: links, folders without rights, endless nesting.

use std::ffi::OsStr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::open_beneath;
use crate::error::{Error, Result};
use crate::progress;
use crate::sandbox::paths::open_host_dir;

/// A folder with a longer path is moved up before it is entered, so that no path becomes too long.
const LONG: usize = 2000;

/// Removes a folder of the host and all in it; that it is not there is no error.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let failed = |error| Error::from_errno(&format!("cannot remove {}", path.display()), error);
    let root = match open_host_dir(path) {
        Ok(root) => root,
        Err(Errno::NOENT) => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    empty(&root).map_err(failed)?;
    rustix::fs::rmdir(path).map_err(failed)
}

/// Removes all that is in a folder, with a list in the place of recursion.
pub(crate) fn empty(root: &OwnedFd) -> rustix::io::Result<()> {
    let mut folders = vec![PathBuf::from(".")];
    let mut moved = 0u64;
    while let Some(path) = folders.last().cloned() {
        let before = folders.len();
        let folder = open_by_force(root.as_fd(), &path)?;
        for entry in Dir::read_from(&folder)?.flatten() {
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            progress::count(1);
            if unlink(&folder, name)? {
                continue;
            }
            let name = OsStr::from_bytes(name.to_bytes());
            if path.as_os_str().len() < LONG {
                folders.push(path.join(name));
            } else {
                moved += 1;
                let above = PathBuf::from(format!(".disco-removed-{moved}"));
                rustix::fs::renameat(&folder, name, root, &above)?;
                folders.push(above);
            }
        }
        if folders.len() > before {
            continue;
        }
        folders.pop();
        if path != Path::new(".") {
            match rustix::fs::unlinkat(root, &path, AtFlags::REMOVEDIR) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Removes one entry; `false` means that it is a folder with something in it.
fn unlink(folder: &OwnedFd, name: &std::ffi::CStr) -> rustix::io::Result<bool> {
    match rustix::fs::unlinkat(folder, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => return Ok(true),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(error) => return Err(error),
    }
    match rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT) => Ok(true),
        Err(Errno::NOTEMPTY | Errno::EXIST | Errno::ACCESS) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Opens a folder and sees to it that it can be emptied, though a command may have taken its rights away.
fn open_by_force(root: BorrowedFd<'_>, path: &Path) -> rustix::io::Result<OwnedFd> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let handle = rustix::fs::openat2(root, path, flags, Mode::empty(), resolve)?;
    let mode = rustix::fs::fstat(&handle)?.st_mode;
    if mode & 0o700 != 0o700 {
        // By its descriptor, so that nothing else can have taken its place.
        rustix::fs::chmod(format!("/proc/self/fd/{}", handle.as_raw_fd()), Mode::from_raw_mode(0o700))?;
    }
    open_beneath(root, path)
}
