//! Results that were put aside: for a time, for their callers, and no more bytes than were allowed.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::protocol::content::ResourceContents;

/// What was put aside, the oldest first.
#[derive(Debug)]
pub(super) struct Store {
    keep: Duration,
    most_bytes: usize,
    bytes: usize,
    kept: VecDeque<Kept>,
}

#[derive(Debug)]
struct Kept {
    id: String,
    caller: String,
    since: Instant,
    bytes: usize,
    contents: Vec<ResourceContents>,
}

impl Store {
    pub(super) fn new(keep: Duration, most_bytes: usize) -> Self {
        Self { keep, most_bytes, bytes: 0, kept: VecDeque::new() }
    }

    /// Keeps it, and forgets the oldest for it; `false` if it is too large by itself.
    pub(super) fn put(
        &mut self,
        id: String,
        caller: String,
        bytes: usize,
        contents: Vec<ResourceContents>,
    ) -> bool {
        if bytes > self.most_bytes {
            return false;
        }
        self.forget_old();
        while self.bytes + bytes > self.most_bytes {
            self.forget_one();
        }
        self.bytes += bytes;
        self.kept.push_back(Kept { id, caller, since: Instant::now(), bytes, contents });
        true
    }

    /// What was kept under this name, if it was for this caller.
    pub(super) fn get(&mut self, id: &str, caller: &str) -> Option<Vec<ResourceContents>> {
        self.forget_old();
        let found = self.kept.iter().find(|kept| kept.id == id && kept.caller == caller)?;
        Some(found.contents.clone())
    }

    fn forget_old(&mut self) {
        while self.kept.front().is_some_and(|kept| kept.since.elapsed() >= self.keep) {
            self.forget_one();
        }
    }

    fn forget_one(&mut self) {
        if let Some(kept) = self.kept.pop_front() {
            self.bytes -= kept.bytes;
        }
    }
}
