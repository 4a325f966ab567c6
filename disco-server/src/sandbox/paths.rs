//! The jail of files: every name is resolved by the kernel, beneath the root, and nowhere else.
//!
//! Strings are looked at only to give a better error. That a name stays inside is the kernel's work
//! (`openat2` with `RESOLVE_BENEATH`), so a link that is put in the way between check and use gains nothing.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, unlinkat};
use rustix::io::Errno;

use super::disk::Usage;
use super::walks::Walks;
use crate::error::{Error, ErrorCode, Result};

/// The name of the workspace inside a sandbox.
pub const WORKSPACE: &str = "/workspace";

/// A name beneath the workspace, in its shortest form: no `.`, no `..`, no slash at either end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// Reads a name as callers write it: relative to the workspace, or beginning with `/workspace`.
    ///
    /// # Errors
    /// `INVALID_PATH` for NUL bytes, `PATH_OUTSIDE_WORKSPACE` for `..` and for other absolute paths.
    pub fn parse(path: &str) -> Result<Self> {
        if path.contains('\0') {
            return Err(
                Error::new(ErrorCode::InvalidPath, "the path contains a NUL byte").suggest("leave it out")
            );
        }
        let inside = match path.strip_prefix(WORKSPACE) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
            _ if path.starts_with('/') => return Err(outside(path, "is absolute")),
            _ => path,
        };
        let mut parts = Vec::new();
        for part in inside.split('/') {
            match part {
                "" | "." => {}
                ".." => return Err(outside(path, "contains `..`")),
                part => parts.push(part),
            }
        }
        Ok(Self(parts.join("/")))
    }

    /// The name as text; `""` is the workspace itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the workspace itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The folder that holds it, and its own name. The workspace itself has none.
    #[must_use]
    pub fn split(&self) -> Option<(Self, &str)> {
        if self.is_root() {
            return None;
        }
        let (folder, name) = self.0.rsplit_once('/').unwrap_or(("", &self.0));
        Some((Self(folder.to_owned()), name))
    }

    /// Something in this folder. `name` is one name, as a folder's listing gives it.
    pub(crate) fn join(&self, name: &str) -> Self {
        if self.is_root() { Self(name.to_owned()) } else { Self(format!("{}/{name}", self.0)) }
    }

    /// The same place as it is called inside the sandbox: `/workspace/...`.
    #[must_use]
    pub fn inside(&self) -> String {
        if self.is_root() { WORKSPACE.to_owned() } else { format!("{WORKSPACE}/{}", self.0) }
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

fn outside(path: &str, why: &str) -> Error {
    Error::new(ErrorCode::PathOutsideWorkspace, format!("`{}` {why}", path.escape_debug()))
        .suggest(format!("name it from the workspace: `src/main.rs` or `{WORKSPACE}/src/main.rs`"))
}

/// A folder that nothing opened through this value can leave.
#[derive(Debug, Clone)]
pub struct Root {
    fd: Arc<OwnedFd>,
    path: PathBuf,
    writing: Arc<Mutex<()>>,
    usage: Option<Arc<Usage>>,
    walks: Walks,
}

impl Root {
    /// Opens the folder `path` of the host as a root.
    ///
    /// # Errors
    /// When it is not a folder, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let what = format!("cannot open the workspace {}", path.display());
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd =
            rustix::fs::open(path, flags, Mode::empty()).map_err(|error| Error::from_errno(&what, error))?;
        let path = std::fs::canonicalize(path).map_err(|error| Error::from_io(&what, &error))?;
        Ok(Self { fd: Arc::new(fd), path, writing: Arc::default(), usage: None, walks: Walks::default() })
    }

    /// The same root, in which the server writes no more than there may be.
    pub(super) fn bounded_by(self, usage: Arc<Usage>) -> Self {
        Self { usage: Some(usage), ..self }
    }

    /// The same root, through which the server walks no farther.
    pub(crate) fn walked_within(self, walks: Walks) -> Self {
        Self { walks, ..self }
    }

    /// How far the server walks through it.
    pub(crate) fn walks(&self) -> Walks {
        self.walks
    }

    /// What there may be.
    pub(super) fn usage(&self) -> Option<&Usage> {
        self.usage.as_deref()
    }

    /// The folder's name on the host, for setting up backends; files are never opened by it.
    #[must_use]
    pub fn host_path(&self) -> &Path {
        &self.path
    }

    /// The turn to change files: between a look at a file and its replacement the server changes no other.
    pub(crate) fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of a file without links on the way, as the kernel found it.
    pub(crate) fn real_path(&self, path: &RelPath) -> Result<RelPath> {
        let fd = self.open_at(path, OFlags::PATH)?;
        let real = std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd()))
            .map_err(|error| Error::from_io(&quoted(path), &error))?;
        let inside = real.strip_prefix(&self.path).ok().and_then(Path::to_str);
        inside.map_or_else(|| Ok(path.clone()), RelPath::parse)
    }

    /// A handle on what a name stands for, whatever it is: to look at it, not to read it.
    pub(crate) fn handle(&self, path: &RelPath) -> Result<OwnedFd> {
        self.open_at(path, OFlags::PATH)
    }

    /// What a file takes of the disk, if there is one.
    pub(crate) fn taken_by(&self, path: &RelPath) -> Option<u64> {
        let stat = self.handle(path).ok().and_then(|file| rustix::fs::fstat(&file).ok())?;
        Some(u64::try_from(stat.st_blocks).unwrap_or(0) * 512)
    }

    /// The user and group that files made here are given to.
    pub(crate) fn owner(&self) -> Result<(u32, u32)> {
        let stat = rustix::fs::fstat(&self.fd).map_err(|error| Error::from_errno("the workspace", error))?;
        Ok((stat.st_uid, stat.st_gid))
    }

    /// Opens a regular file for reading. Never waits, as opening a named pipe would.
    ///
    /// # Errors
    /// When it does not exist, is no regular file, or a link on the way leads out.
    pub fn open_file(&self, path: &RelPath) -> Result<File> {
        let fd = self.open_at(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
        let stat = rustix::fs::fstat(&fd).map_err(|error| Error::from_errno(&quoted(path), error))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Ok(fd.into()),
            FileType::Directory => {
                Err(Error::new(ErrorCode::IsADirectory, format!("{} is a folder", quoted(path)))
                    .suggest("name a file in it, or list it"))
            }
            _ => {
                Err(Error::new(ErrorCode::NotARegularFile, format!("{} is not a regular file", quoted(path)))
                    .suggest("pipes, sockets and devices cannot be read"))
            }
        }
    }

    /// Opens a folder, for use with the `*at` calls.
    ///
    /// # Errors
    /// When it does not exist, is no folder, or a link on the way leads out.
    pub fn open_dir(&self, path: &RelPath) -> Result<OwnedFd> {
        self.open_at(path, OFlags::RDONLY | OFlags::DIRECTORY)
    }

    /// Opens a folder and makes those that are missing on the way: all, or none that stays.
    ///
    /// # Errors
    /// As `open_dir`.
    pub fn make_dirs(&self, path: &RelPath) -> Result<OwnedFd> {
        let mut made = Vec::new();
        let opened = self.make_missing(path, &mut made);
        if opened.is_err() {
            for (folder, name) in made.iter().rev().filter_map(RelPath::split) {
                // What a command has put in it meanwhile stays, and so does the folder.
                let _ = self.open_dir(&folder).map(|folder| unlinkat(folder, name, AtFlags::REMOVEDIR));
            }
        }
        opened
    }

    fn make_missing(&self, path: &RelPath, made: &mut Vec<RelPath>) -> Result<OwnedFd> {
        match self.open_dir(path) {
            Err(error) if error.code == ErrorCode::FileNotFound => {}
            opened => return opened,
        }
        let Some((folder, name)) = path.split() else {
            return self.open_dir(path);
        };
        let parent = self.make_missing(&folder, made)?;
        self.make_room_for_folder()?;
        match rustix::fs::mkdirat(&parent, name, Mode::from_raw_mode(0o755)) {
            Ok(()) => {
                made.push(path.clone());
                let folder = self.open_dir(path)?;
                self.give_to_owner(&folder)?;
                Ok(folder)
            }
            Err(Errno::EXIST) => self.open_dir(path),
            Err(error) => Err(Error::from_errno(&quoted(path), error)),
        }
    }

    /// Gives what was just made to the owner of the root, when that is somebody else.
    pub(crate) fn give_to_owner(&self, made: impl AsFd) -> Result<()> {
        let owner = self.owner()?;
        let stat = rustix::fs::fstat(&made).map_err(|error| Error::from_errno("the new file", error))?;
        if (stat.st_uid, stat.st_gid) == owner || !rustix::process::geteuid().is_root() {
            return Ok(());
        }
        let (uid, gid) = (rustix::fs::Uid::from_raw(owner.0), rustix::fs::Gid::from_raw(owner.1));
        rustix::fs::fchown(made, Some(uid), Some(gid))
            .map_err(|error| Error::from_errno("change the owner", error))
    }

    fn open_at(&self, path: &RelPath, flags: OFlags) -> Result<OwnedFd> {
        let name = if path.is_root() { "." } else { path.as_str() };
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        loop {
            match rustix::fs::openat2(&self.fd, name, flags | OFlags::CLOEXEC, Mode::empty(), resolve) {
                // Something was renamed meanwhile, and the kernel could not tell whether we left.
                Err(Errno::AGAIN) => {}
                Err(error) => return Err(refusal(path, error)),
                Ok(fd) => return Ok(fd),
            }
        }
    }
}

impl AsFd for Root {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn refusal(path: &RelPath, error: Errno) -> Error {
    let path = quoted(path);
    match error {
        Errno::XDEV => Error::new(
            ErrorCode::PathOutsideWorkspace,
            format!("{path} goes through a symbolic link that is absolute or leads out of the workspace"),
        )
        .suggest("use relative links that stay in the workspace"),
        Errno::LOOP => {
            Error::new(ErrorCode::InvalidPath, format!("{path} goes through links that lead in a circle"))
                .suggest("remove the link")
        }
        Errno::NOENT => Error::new(ErrorCode::FileNotFound, format!("{path} does not exist"))
            .suggest("check the name by listing its folder"),
        Errno::NXIO => Error::new(ErrorCode::NotARegularFile, format!("{path} is not a regular file"))
            .suggest("pipes, sockets and devices cannot be read"),
        Errno::NOSYS => Error::new(ErrorCode::Internal, "this kernel has no `openat2`")
            .suggest("run the server on Linux 5.6 or later, outside of filters that hide the call"),
        error => Error::from_errno(&path, error),
    }
}

fn quoted(path: &RelPath) -> String {
    format!("`{path}`")
}

/// Opens one entry of a folder without following it when it is a link.
pub(crate) fn open_entry(folder: BorrowedFd<'_>, name: &OsStr, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    rustix::fs::openat(folder, name, flags, Mode::empty())
}

/// Opens a folder of the host that is the server's own.
pub(crate) fn open_host_dir(path: &Path) -> rustix::io::Result<OwnedFd> {
    rustix::fs::openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
}

#[cfg(test)]
mod tests;
