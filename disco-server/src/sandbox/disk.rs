//! How large a workspace is, measured without following a link and without recursion, however deep it is.
//!
//! Commands are watched while they run. What the server itself writes is counted before it is written.

use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, Dir, FileType};
use rustix::io::Errno;

use super::limits::Limits;
use super::paths::{RelPath, Root};
use super::tree::open_beneath;
use crate::error::{Error, ErrorCode, Result};

/// What an entry costs beside its blocks, so that millions of empty files do not count as nothing.
const ENTRY: u64 = 512;
/// What files and folders take is a multiple of it.
const BLOCK: u64 = 4096;
/// How long a size counts, while it is far from the bound and the disk does not grow fuller.
const COUNTS: Duration = Duration::from_mins(1);

/// What is known of the size of a workspace, in bytes, and what it may be.
#[derive(Debug)]
pub(super) struct Usage {
    most: u64,
    most_of_a_file: u64,
    /// Before the first command, or the first file that was written: what a caller brought along is allowed.
    first: OnceLock<u64>,
    /// What was last measured.
    last: AtomicU64,
    counted: Mutex<Option<Counted>>,
}

/// A size that was measured, and what was to be written since then.
#[derive(Debug)]
struct Counted {
    size: u64,
    free: Room,
    at: Instant,
    took: Duration,
}

impl Counted {
    /// Whether it need not be measured anew: that would not pay, or hardly any other could be found.
    fn is_good(&self, root: &Root, is_far_from_bound: bool) -> bool {
        let age = self.at.elapsed();
        age < self.took * 20 || (is_far_from_bound && age < COUNTS && !Room::of(root).is_less_than(self.free))
    }

    fn add(&mut self, bytes: u64) {
        self.size = self.size.saturating_add(bytes);
        self.free.bytes = self.free.bytes.saturating_sub(bytes);
    }
}

/// Looks at the size of one workspace while a command runs.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    root: &'a Root,
    usage: &'a Usage,
    free: Room,
    pause: Duration,
}

/// What a file system has left.
#[derive(Debug, Clone, Copy)]
struct Room {
    bytes: u64,
    /// Empty files take nothing but these.
    inodes: u64,
}

impl Room {
    fn of(root: &Root) -> Self {
        rustix::fs::fstatvfs(root).map_or(Self { bytes: 0, inodes: 0 }, |stat| Self {
            bytes: stat.f_bfree * stat.f_frsize,
            inodes: stat.f_ffree,
        })
    }

    fn or_more(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), inodes: self.inodes.max(other.inodes) }
    }

    /// Whether it has become noticeably less than it was.
    fn is_less_than(self, before: Self) -> bool {
        self.bytes.saturating_add(1 << 20) <= before.bytes
            || self.inodes.saturating_add(1000) <= before.inodes
    }
}

impl Usage {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.disk_mb << 20,
            most_of_a_file: limits.file_mb << 20,
            first: OnceLock::new(),
            last: AtomicU64::default(),
            counted: Mutex::default(),
        }
    }

    /// Measures the workspace before the first command in it.
    pub(super) async fn begin(&self, root: &Root) {
        if self.first.get().is_none() {
            let size = self.settle(root).await;
            self.first.get_or_init(|| size);
        }
    }

    /// Measures the workspace when nothing runs in it.
    pub(super) async fn settle(&self, root: &Root) -> u64 {
        let size = measure_aside(root).await;
        self.last.store(size, Ordering::Relaxed);
        size
    }

    /// A watch that complains over the limit, or over what was there at first, if that is more.
    pub(super) fn watch<'a>(&'a self, root: &'a Root) -> Watch<'a> {
        // Where the limit is passed already a command may tidy up, but has less time to make it worse.
        let is_over = self.last.load(Ordering::Relaxed) > self.limit();
        let free = Room { bytes: u64::MAX, inodes: u64::MAX };
        Watch { root, usage: self, free, pause: Duration::from_millis(if is_over { 10 } else { 100 }) }
    }

    fn limit(&self) -> u64 {
        self.most.max(self.first.get().copied().unwrap_or(0))
    }

    /// Counts `bytes` more, or refuses them.
    fn count(&self, root: &Root, bytes: u64) -> Result<()> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counted) = &mut *counted {
            let size = counted.size.max(self.last.load(Ordering::Relaxed)).saturating_add(bytes);
            if size <= self.limit() && counted.is_good(root, size <= self.limit() / 2) {
                counted.add(bytes);
                return Ok(());
            }
        }
        let (at, free) = (Instant::now(), Room::of(root));
        let size = measure(root);
        self.first.get_or_init(|| size);
        self.last.store(size, Ordering::Relaxed);
        let new = counted.insert(Counted { size, free, at, took: at.elapsed() });
        if size.saturating_add(bytes) > self.limit() {
            return Err(full(size, bytes, self.limit()));
        }
        new.add(bytes);
        Ok(())
    }
}

impl Root {
    /// Refuses to make a file, or a larger one of it, when that is more than the sandbox may hold. `size` is what the
    /// file will have, `before` what there is of it. Call it in the turn to write, before writing.
    pub(crate) fn make_room(&self, path: &RelPath, size: u64, before: Option<u64>) -> Result<()> {
        let Some(usage) = self.usage() else { return Ok(()) };
        if size > usage.most_of_a_file {
            let most = usage.most_of_a_file >> 20;
            let what = format!("`{path}` would have {size} bytes, but a file may have {most} MiB");
            return Err(Error::new(ErrorCode::FileTooLarge, what)
                .suggest("`file_mb` of the sandbox is the bound: split the file, or make another sandbox"));
        }
        let (size, before) = (on_disk(size), before.map_or(0, on_disk));
        if size > before { usage.count(self, size - before) } else { Ok(()) }
    }

    /// The same for a folder.
    pub(crate) fn make_room_for_folder(&self) -> Result<()> {
        self.usage().map_or(Ok(()), |usage| usage.count(self, ENTRY + BLOCK))
    }
}

/// What a file of this size counts as.
fn on_disk(size: u64) -> u64 {
    ENTRY + size.div_ceil(BLOCK) * BLOCK
}

fn full(size: u64, bytes: u64, limit: u64) -> Error {
    let what = if size == u64::MAX {
        "the folders of the workspace are nested too deep to be measured".to_owned()
    } else {
        format!(
            "the workspace holds {size} bytes; {bytes} more would be over its bound of {} MiB",
            limit >> 20
        )
    };
    Error::new(ErrorCode::DiskFull, what)
        .suggest("delete what is not needed; or make a sandbox with a higher `disk_mb`")
}

impl Watch<'_> {
    /// How long to wait before the next look: a large tree is looked at less often.
    pub(super) fn pause(&self) -> Duration {
        self.pause
    }

    /// Whether the workspace is over the limit and growing. Walks the tree only if the disk became fuller.
    pub(super) async fn is_exceeded(&mut self) -> bool {
        let free = Room::of(self.root);
        if !free.is_less_than(self.free) {
            // Others may have made room: what is taken of it is noticed too.
            self.free = self.free.or_more(free);
            return false;
        }
        self.free = free;
        let start = Instant::now();
        let size = measure_aside(self.root).await;
        self.pause = Duration::from_millis(100).max(start.elapsed() * 10);
        let before = self.usage.last.swap(size, Ordering::Relaxed);
        size > self.usage.limit() && size > before
    }
}

impl Drop for Watch<'_> {
    /// What the command has written while nobody looked is found by the next who writes: it measures anew.
    fn drop(&mut self) {
        *self.usage.counted.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

async fn measure_aside(root: &Root) -> u64 {
    let root = root.clone();
    tokio::task::spawn_blocking(move || measure(&root)).await.unwrap_or(0)
}

fn measure(root: &Root) -> u64 {
    let mut folders = vec![PathBuf::from(".")];
    let mut size = 0;
    while let Some(path) = folders.pop() {
        let folder = match open_beneath(root.as_fd(), &path) {
            Ok(folder) => folder,
            // Nobody nests so deep but to hide something: count it as too much.
            Err(Errno::NAMETOOLONG) => return u64::MAX,
            Err(_) => continue,
        };
        let Ok(entries) = Dir::read_from(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            let Ok(stat) = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
            size += ENTRY + u64::try_from(stat.st_blocks).unwrap_or(0) * 512;
            if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
                folders.push(path.join(OsStr::from_bytes(name.to_bytes())));
            }
        }
    }
    size
}
