//! Removes sandboxes whose time is over, and what dead processes have left.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{DEFAULT, Entry, Registry};
use crate::error::Result;
use crate::sandbox::store::{Reason, Record};

/// The longest that nothing is looked at: by then it is seen what other processes have made or left.
const LONGEST: Duration = Duration::from_secs(60);

impl Registry {
    /// Sweeps from now on, whenever the time of a sandbox is over.
    pub fn keep_sweeping(self: &Arc<Self>) {
        let (registry, news) = (Arc::downgrade(self), self.news.clone());
        tokio::spawn(async move {
            loop {
                let Some(registry) = registry.upgrade() else { return };
                let next = registry.sweep().await.unwrap_or_else(|error| {
                    tracing::warn!("sandboxes cannot be looked after: {error}");
                    LONGEST
                });
                drop(registry);
                let _ = tokio::time::timeout(next, news.notified()).await;
            }
        });
    }

    /// Removes all whose time is over, and what dead processes have left; tells when to do so again.
    ///
    /// # Errors
    /// When the records cannot be read, or something could not be removed.
    pub async fn sweep(self: &Arc<Self>) -> Result<Duration> {
        self.tidy().await?;
        let mut next = LONGEST;
        for (record, used) in self.records.load_used().await? {
            let now = self.settings.clock.now();
            let mut used = used;
            if let Some(idle) = record.idle_s.filter(|_| self.is_in_use(&record.id)) {
                used = now.as_secs();
                self.records.touch(&record.id, used).await?;
                // Other processes must not take it for idle.
                next = next.min(Duration::from_secs(idle) / 2);
            }
            let Some((at, reason)) = end(&record, used) else { continue };
            match Duration::from_secs(at).checked_sub(now).filter(|left| !left.is_zero()) {
                Some(left) => next = next.min(left),
                None => _ = self.end_as_it_stands(&record.id, reason).await?,
            }
        }
        Ok(next)
    }

    /// Removes what dead processes were making or removing.
    pub(super) async fn tidy(&self) -> Result<()> {
        for record in self.records.take_over().await? {
            self.discard(&record).await?;
        }
        for backend in self.backends.values() {
            backend.tidy().await;
        }
        self.tidy_snapshots().await
    }

    /// Removes one whose time is over, if it still is.
    pub(super) async fn end_as_it_stands(self: &Arc<Self>, id: &str, reason: Reason) -> Result<()> {
        let (registry, id) = (self.clone(), id.to_owned());
        super::whole(async move { registry.end(&id, reason).await.map(drop) }).await
    }

    /// Whether somebody holds it here, to run a command for instance.
    fn is_in_use(&self, id: &str) -> bool {
        self.entries().get(id).is_some_and(|entry| Arc::strong_count(&entry.sandbox) > 1)
    }

    /// Keeps that it was used, once a second at most.
    pub(super) async fn touch(&self, entry: &Entry) -> Result<()> {
        let now = self.settings.clock.now().as_secs();
        let is_counted = entry.record.idle_s.is_some() && entry.record.id != DEFAULT;
        if is_counted && entry.touched.swap(now, Ordering::Relaxed) != now {
            self.records.touch(&entry.record.id, now).await?;
        }
        Ok(())
    }
}

/// When its time is over, and why.
fn end(record: &Record, used: u64) -> Option<(u64, Reason)> {
    let ttl = record.expires_at.map(|at| (at, Reason::Ttl));
    let idle = record.idle_s.map(|seconds| (used + seconds + 1, Reason::Idle(seconds)));
    ttl.into_iter().chain(idle).min_by_key(|(at, _)| *at)
}
