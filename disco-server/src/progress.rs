//! How far long work is: counted where it is done, and told where somebody listens.
//!
//! Loops over many files say [`count`]; whoever wants to know lends the work a [`Count`] with [`Count::of`]. Work that
//! goes on in another thread or task takes the count along.

pub(crate) mod tell;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static COUNT: Count;
}

/// How much is done.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count(Arc<AtomicU64>);

impl Count {
    /// The one that the work here is counted by; one that nobody reads if nobody listens.
    pub(crate) fn current() -> Self {
        COUNT.try_with(Self::clone).unwrap_or_default()
    }

    /// Counts what the work does.
    pub(crate) async fn of<T>(self, work: impl Future<Output = T>) -> T {
        COUNT.scope(self, work).await
    }

    /// Counts what the work does, which blocks.
    pub(crate) fn of_blocking<T>(self, work: impl FnOnce() -> T) -> T {
        COUNT.sync_scope(self, work)
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// So many more things are done.
pub(crate) fn count(things: u64) {
    let _ = COUNT.try_with(|count| count.0.fetch_add(things, Ordering::Relaxed));
}
