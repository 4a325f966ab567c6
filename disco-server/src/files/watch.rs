//! Waits for changes of a file, made by a command or by the server.
//!
//! The kernel tells of changes in folders (inotify), not of a name. So all folders on the way to the file are watched,
//! each by its descriptor, which the root has opened beneath itself: a link that leads out is never followed. What the
//! kernel tells is only taken for a hint to look again.

use std::collections::BTreeSet;
use std::iter::successors;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use tokio::net::unix::pipe::Receiver;
use tokio::time::{Instant, sleep, sleep_until};

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{RelPath, Root};

/// Deeper files are not watched.
const DEEPEST: usize = 64;
/// It is looked no more often than this.
const BREATH: Duration = Duration::from_millis(50);
/// It is looked so often where the kernel has no room for another watcher.
const LOOK: Duration = Duration::from_secs(1);

/// The changes of one file.
#[derive(Debug)]
pub struct Changes {
    root: Root,
    path: RelPath,
    hints: Option<Hints>,
    seen: Option<Face>,
    rested: Instant,
}

/// What tells one state of a file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Face {
    file: (u64, u64),
    size: i64,
    changed: (i64, i64),
}

impl Changes {
    /// The changes from now on. The file need not be there. Call it within the async runtime.
    ///
    /// # Errors
    /// `INVALID_PATH` when it is too deep.
    pub fn of(root: Root, path: RelPath) -> Result<Self> {
        if path.as_str().split('/').count() > DEEPEST {
            return Err(Error::new(
                ErrorCode::InvalidPath,
                format!("`{path}` is deeper than {DEEPEST} folders"),
            )
            .suggest("read it again from time to time"));
        }
        let mut hints = Hints::new().ok();
        if let Some(known) = &mut hints
            && known.watch(&root, &path).is_err()
        {
            hints = None;
        }
        let seen = face(&root, &path);
        Ok(Self { root, path, hints, seen, rested: Instant::now() })
    }

    /// Comes back when the file is another than before.
    pub async fn next(&mut self) {
        loop {
            sleep_until(self.rested).await;
            match &mut self.hints {
                Some(hints) => hints.next(&self.root, &self.path).await,
                None => sleep(LOOK).await,
            }
            self.rested = Instant::now() + BREATH;
            // The watches stand by now: what changes after this look is told by the next hint.
            let now = face(&self.root, &self.path);
            if now != self.seen {
                self.seen = now;
                return;
            }
        }
    }
}

fn face(root: &Root, path: &RelPath) -> Option<Face> {
    let stat = rustix::fs::fstat(root.handle(path).ok()?).ok()?;
    let changed = (stat.st_ctime, i64::try_from(stat.st_ctime_nsec).unwrap_or(0));
    Some(Face { file: (stat.st_dev, stat.st_ino), size: stat.st_size, changed })
}

/// Hints that something in a folder on the way may be another.
#[derive(Debug)]
struct Hints {
    told: Receiver,
    watches: BTreeSet<i32>,
}

impl Hints {
    fn new() -> Result<Self> {
        let told = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)
            .map_err(|error| Error::from_errno("no more watchers", error))?;
        // What comes of it is read like a pipe.
        let told = Receiver::from_owned_fd_unchecked(told)
            .map_err(|error| Error::from_io("no more watchers", &error))?;
        Ok(Self { told, watches: BTreeSet::new() })
    }

    /// Watches the folders on the way, those that the name says and those where links lead; and the file itself.
    fn watch(&mut self, root: &Root, path: &RelPath) -> rustix::io::Result<()> {
        let mut watches = BTreeSet::new();
        let real = root.real_path(path).unwrap_or_else(|_| path.clone());
        for end in [path, &real] {
            let way = successors(Some(end.clone()), |place| place.split().map(|(folder, _)| folder));
            // From the root on: what is made behind our back lies in a folder that is watched already.
            for place in way.collect::<Vec<_>>().iter().rev() {
                if let Ok(handle) = root.handle(place) {
                    watches.insert(self.add(&handle)?);
                }
            }
        }
        for gone in self.watches.difference(&watches) {
            // With the folder its watch is gone already.
            inotify::remove_watch(&self.told, *gone).ok();
        }
        self.watches = watches;
        Ok(())
    }

    /// By its descriptor, so that it is what the root has found and nothing else.
    fn add(&self, handle: &OwnedFd) -> rustix::io::Result<i32> {
        let what = WatchFlags::MODIFY
            | WatchFlags::ATTRIB
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF;
        inotify::add_watch(&self.told, format!("/proc/self/fd/{}", handle.as_raw_fd()), what)
    }

    async fn next(&mut self, root: &Root, path: &RelPath) {
        let mut events = [0; 4096];
        if self.told.readable().await.is_ok() {
            while self.told.try_read(&mut events).is_ok_and(|bytes| bytes > 0) {}
        }
        // A folder that cannot be watched now is found by the next hint of the others.
        self.watch(root, path).ok();
    }
}
