//! How many commands run in sandboxes of this process, whatever isolates them.

use std::sync::atomic::{AtomicUsize, Ordering};

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A command that runs, until dropped.
#[derive(Debug)]
pub(crate) struct Running(());

impl Running {
    /// One more.
    pub(crate) fn begin() -> Self {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many there are now.
pub(crate) fn count() -> usize {
    RUNNING.load(Ordering::Relaxed)
}
