//! How large a workspace is, measured without following a link and without recursion, however deep it is.

use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, Dir, FileType};
use rustix::io::Errno;
use tokio::sync::OnceCell;

use crate::sandbox::paths::Root;
use crate::sandbox::tree::open_beneath;

/// What an entry costs beside its blocks, so that millions of empty files do not count as nothing.
const ENTRY: u64 = 512;
/// What is known of the size of a workspace, in bytes.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// When the first command came: what a caller brought along is allowed.
    first: OnceCell<u64>,
    last: AtomicU64,
}

/// Looks at the size of one workspace while a command runs.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    root: &'a Root,
    usage: &'a Usage,
    limit: u64,
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
    /// Measures the workspace before the first command in it.
    pub(super) async fn begin(&self, root: &Root) {
        self.first.get_or_init(|| self.settle(root)).await;
    }

    /// Measures the workspace when nothing runs in it.
    pub(super) async fn settle(&self, root: &Root) -> u64 {
        let size = measure_aside(root).await;
        self.last.store(size, Ordering::Relaxed);
        size
    }

    /// A watch that complains over `limit` bytes, or over what was there at first, if that is more.
    pub(super) fn watch<'a>(&'a self, root: &'a Root, limit: u64) -> Watch<'a> {
        let limit = limit.max(self.first.get().copied().unwrap_or(0));
        // Where the limit is passed already a command may tidy up, but has less time to make it worse.
        let pause = Duration::from_millis(if self.last.load(Ordering::Relaxed) > limit { 10 } else { 100 });
        let free = Room { bytes: u64::MAX, inodes: u64::MAX };
        Watch { root, usage: self, limit, free, pause }
    }
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
        size > self.limit && size > before
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
