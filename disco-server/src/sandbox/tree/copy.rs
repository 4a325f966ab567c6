//! Copies a tree, as much of it shared with the original as the file system can, by a few threads.
//!
//! Both sides are walked by descriptors, so a tree that is changed meanwhile cannot lead the copy astray: what is
//! gone is left out, and what has become something else is left out and told.

use std::collections::HashMap;
use std::ffi::{CStr, CString, OsStr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid};
use rustix::io::Errno;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::{self, Budget};
use super::open_beneath;
use super::queue::{Queue, Task};
use crate::error::{Error, Result};
use crate::progress::{self, Count};
use crate::sandbox::paths::open_entry;

/// How many threads copy one tree.
const THREADS: usize = 4;
/// How many files of one folder a thread takes at a time, and how many such parts may wait.
const PART: usize = 64;
const PARTS: usize = 64;
/// How many names of what was left out are told.
const TOLD: usize = 20;
/// The bits of a mode that are copied: never set-user-id and set-group-id.
const MODE: u32 = 0o1777;

/// How large a copy may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    pub(crate) bytes: u64,
    pub(crate) entries: u64,
}

/// What was copied.
#[derive(Debug, Clone, Default)]
pub(crate) struct Copied {
    pub(crate) bytes: u64,
    pub(crate) entries: u64,
    pub(crate) left_out: LeftOut,
}

/// What was not copied: sockets, pipes and devices, and what the server may not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub paths: Vec<String>,
}

impl LeftOut {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Copies all that is in the folder `from` into the empty folder `to`, and gives it to the owner of `to`.
///
/// Of the folder `from` itself, only what is in it is copied; `passes` says which of its entries are.
pub(crate) fn copy(
    from: BorrowedFd<'_>,
    to: BorrowedFd<'_>,
    most: Most,
    passes: impl Fn(&OsStr) -> bool + Sync,
) -> Result<Copied> {
    let failed = |error| Error::from_errno("copy the files", error);
    let owner = rustix::fs::fstat(to).map_err(failed)?;
    let copy = Copy {
        from,
        to,
        owner: is_other(&owner).then_some((owner.st_uid, owner.st_gid)),
        budget: Budget::new(most.bytes),
        entries: AtomicU64::new(0),
        most_entries: most.entries,
        can_share: AtomicBool::new(true),
        links: Mutex::default(),
        closed: Mutex::default(),
        left_out: Mutex::default(),
        queue: Queue::new(PathBuf::from("."), PARTS),
    };
    let threads = std::thread::available_parallelism().map_or(1, Into::into).clamp(1, THREADS);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            let count = Count::current();
            scope.spawn(|| count.of_blocking(|| copy.work(&passes)));
        }
        copy.work(&passes);
    });
    if let Some(error) = copy.queue.failure() {
        return Err(error);
    }
    copy.close_folders().map_err(failed)?;
    let left_out = lock(&copy.left_out).clone();
    Ok(Copied { bytes: copy.budget.used(), entries: copy.entries.into_inner(), left_out })
}

/// Whether somebody else than this process.
fn is_other(owner: &Stat) -> bool {
    let me = rustix::process::geteuid();
    me.is_root() && (owner.st_uid, owner.st_gid) != (0, rustix::process::getegid().as_raw())
}

struct Copy<'a> {
    from: BorrowedFd<'a>,
    to: BorrowedFd<'a>,
    owner: Option<(u32, u32)>,
    budget: Budget,
    entries: AtomicU64,
    most_entries: u64,
    /// Whether the file system can share blocks between files.
    can_share: AtomicBool,
    /// Where the files with more than one name have been copied to.
    links: Mutex<HashMap<(u64, u64), PathBuf>>,
    /// Folders that are to be closed to their owner when all is in them.
    closed: Mutex<Vec<(PathBuf, u32)>>,
    left_out: Mutex<LeftOut>,
    queue: Queue<PathBuf, (Arc<Folder>, Vec<CString>)>,
}

/// A folder that is being copied.
struct Folder {
    /// From the root of the tree; `.` is the root.
    path: PathBuf,
    from: OwnedFd,
    to: OwnedFd,
}

impl Folder {
    fn is_top(&self) -> bool {
        self.path == Path::new(".")
    }

    /// The path of an entry.
    fn at(&self, name: &CStr) -> PathBuf {
        let name = OsStr::from_bytes(name.to_bytes());
        if self.is_top() { PathBuf::from(name) } else { self.path.join(name) }
    }
}

impl Copy<'_> {
    fn work(&self, passes: &(impl Fn(&OsStr) -> bool + Sync)) {
        while let Some(task) = self.queue.next() {
            let done = match task {
                Task::Folder(path) => self.folder(path, passes),
                Task::Part((folder, names)) => self.files(folder, &names),
            };
            self.queue.done(done.err());
        }
    }

    fn folder(&self, path: PathBuf, passes: &(impl Fn(&OsStr) -> bool + Sync)) -> Result<()> {
        let from = match open_beneath(self.from, &path) {
            Ok(from) => from,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(()),
            Err(Errno::ACCESS) => {
                self.leave_out(&path);
                return Ok(());
            }
            Err(error) => return Err(failed(&path, error)),
        };
        let to = open_beneath(self.to, &path).map_err(|error| failed(&path, error))?;
        let entries = Dir::read_from(&from).map_err(|error| failed(&path, error))?;
        let folder = Arc::new(Folder { path, from, to });
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failed(&folder.path, error))?;
            let name = entry.file_name();
            let is_left = folder.is_top() && !passes(OsStr::from_bytes(name.to_bytes()));
            if name == c"." || name == c".." || is_left {
                continue;
            }
            if self.entry(&folder, name, entry.file_type())? {
                continue;
            }
            files.push(name.to_owned());
            if files.len() == PART {
                let part = (folder.clone(), std::mem::take(&mut files));
                if let Some((folder, names)) = self.queue.offer(part) {
                    self.files(folder, &names)?;
                }
            }
        }
        self.files(folder, &files)
    }

    /// Copies files of a folder. Whoever copies the last of them finishes the folder.
    fn files(&self, folder: Arc<Folder>, names: &[CString]) -> Result<()> {
        for name in names {
            self.file(&folder, name)?;
        }
        match Arc::into_inner(folder) {
            Some(folder) if !folder.is_top() => {
                self.finish_folder(&folder).map_err(|error| failed(&folder.path, error))
            }
            _ => Ok(()),
        }
    }

    /// Copies what is no file; `false`: it is one.
    fn entry(&self, folder: &Folder, name: &CStr, kind: FileType) -> Result<bool> {
        progress::count(1);
        let count = self.entries.fetch_add(1, Ordering::Relaxed);
        if count >= self.most_entries {
            return Err(content::too_large(&format!("there are more than {} files", self.most_entries)));
        }
        let kind = match kind {
            FileType::Unknown => match rustix::fs::statat(&folder.from, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                Err(_) => return Ok(true),
            },
            kind => kind,
        };
        let done = match kind {
            FileType::RegularFile => return Ok(false),
            FileType::Directory => {
                rustix::fs::mkdirat(&folder.to, name, Mode::from_raw_mode(0o700)).map(|()| {
                    self.queue.push(folder.at(name));
                })
            }
            FileType::Symlink => self.link(&folder.from, &folder.to, name),
            _ => {
                self.leave_out(&folder.at(name));
                Ok(())
            }
        };
        done.map(|()| true).map_err(|error| failed(&folder.at(name), error))
    }

    fn link(&self, from: &OwnedFd, to: &OwnedFd, name: &CStr) -> rustix::io::Result<()> {
        let target = rustix::fs::readlinkat(from, name, Vec::new());
        let stat = rustix::fs::statat(from, name, AtFlags::SYMLINK_NOFOLLOW);
        // Gone, or no link any more.
        let (Ok(target), Ok(stat)) = (target, stat) else { return Ok(()) };
        rustix::fs::symlinkat(&target, to, name)?;
        if let Some((uid, gid)) = self.owner {
            let (uid, gid) = (Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
            rustix::fs::chownat(to, name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)?;
        }
        rustix::fs::utimensat(to, name, &times(&stat), AtFlags::SYMLINK_NOFOLLOW)
    }

    fn file(&self, folder: &Folder, name: &CStr) -> Result<()> {
        let failed = |error| failed(&folder.at(name), error);
        let name_as_text = OsStr::from_bytes(name.to_bytes());
        let source = match open_entry(folder.from.as_fd(), name_as_text, OFlags::RDONLY) {
            Ok(source) => source,
            Err(Errno::NOENT) => return Ok(()),
            Err(Errno::ACCESS | Errno::LOOP | Errno::NXIO) => {
                self.leave_out(&folder.at(name));
                return Ok(());
            }
            Err(error) => return Err(failed(error)),
        };
        let stat = rustix::fs::fstat(&source).map_err(failed)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            self.leave_out(&folder.at(name));
            return Ok(());
        }
        let Some(made) = self.make_file(folder, name, &stat).map_err(failed)? else { return Ok(()) };
        content::copy(&source, &made, &stat, &self.budget, &self.can_share, || folder.at(name))?;
        self.finish(&source, &made, &stat, stat.st_mode & MODE).map_err(failed)
    }

    /// Makes the new file; `None` if it is one more name of a file that was copied already.
    fn make_file(&self, folder: &Folder, name: &CStr, stat: &Stat) -> rustix::io::Result<Option<OwnedFd>> {
        let to = &folder.to;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let create = || rustix::fs::openat(to, name, flags, Mode::from_raw_mode(0o600)).map(Some);
        if stat.st_nlink < 2 {
            return create();
        }
        let mut links = lock(&self.links);
        let key = (stat.st_dev, stat.st_ino);
        let Some(first) = links.get(&key) else {
            let made = create()?;
            links.insert(key, folder.at(name));
            return Ok(made);
        };
        let resolve = rustix::fs::ResolveFlags::BENEATH | rustix::fs::ResolveFlags::NO_SYMLINKS;
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let first = rustix::fs::openat2(self.to, first, flags, Mode::empty(), resolve)?;
        // By its descriptor, so that nothing else can have taken its place.
        let first = format!("/proc/self/fd/{}", first.as_raw_fd());
        rustix::fs::linkat(CWD, first, to, name, AtFlags::SYMLINK_FOLLOW)?;
        Ok(None)
    }

    fn finish_folder(&self, folder: &Folder) -> rustix::io::Result<()> {
        let Folder { path, from, to } = folder;
        let stat = rustix::fs::fstat(from)?;
        let mode = stat.st_mode & MODE;
        if mode & 0o700 != 0o700 {
            lock(&self.closed).push((path.clone(), mode));
        }
        self.finish(from, to, &stat, mode | 0o700)
    }

    /// Gives the copy what the original has beside its content.
    fn finish(&self, from: &OwnedFd, to: &OwnedFd, stat: &Stat, mode: u32) -> rustix::io::Result<()> {
        content::copy_attributes(from, to);
        if let Some((uid, gid)) = self.owner {
            rustix::fs::fchown(to, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?;
        }
        rustix::fs::fchmod(to, Mode::from_raw_mode(mode))?;
        rustix::fs::futimens(to, &times(stat))
    }

    /// Takes away the rights that were needed to fill the folders, the deepest first.
    fn close_folders(&self) -> rustix::io::Result<()> {
        let mut folders = std::mem::take(&mut *lock(&self.closed));
        folders.sort_by_key(|(path, _)| std::cmp::Reverse(path.components().count()));
        for (path, mode) in folders {
            rustix::fs::fchmod(open_beneath(self.to, &path)?, Mode::from_raw_mode(mode))?;
        }
        Ok(())
    }

    fn leave_out(&self, path: &Path) {
        let mut left_out = lock(&self.left_out);
        left_out.count += 1;
        if left_out.paths.len() < TOLD {
            left_out.paths.push(path.to_string_lossy().into_owned());
        }
    }
}

fn failed(at: &Path, error: Errno) -> Error {
    Error::from_errno(&format!("copy `{}`", at.display()), error)
}

fn times(stat: &Stat) -> Timestamps {
    let time = |seconds, nanos| Timespec { tv_sec: seconds, tv_nsec: i64::try_from(nanos).unwrap_or(0) };
    Timestamps {
        last_access: time(stat.st_atime, stat.st_atime_nsec),
        last_modification: time(stat.st_mtime, stat.st_mtime_nsec),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
