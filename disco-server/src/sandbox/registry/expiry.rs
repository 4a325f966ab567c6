//! Removes sandboxes whose time is over, and what dead processes have left.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{DEFAULT, Entry, Registry, whole};
use crate::error::Result;
use crate::sandbox::store::{Reason, Record};

/// The longest that nothing is looked at: by then it is seen what other processes have made or left.
const LONGEST: Duration = Duration::from_mins(1);

impl Registry {
    /// Sweeps from now on, whenever the time of a sandbox is over.
    pub fn keep_sweeping(self: &Arc<Self>) {
        let (registry, news) = (Arc::downgrade(self), self.news.clone());
        let mut tidied = Instant::now();
        tokio::spawn(async move {
            loop {
                let Some(registry) = registry.upgrade() else { return };
                if tidied.elapsed() >= LONGEST {
                    registry.tidy().await;
                    tidied = Instant::now();
                }
                let next = registry.end_those_that_are_over().await;
                drop(registry);
                let _ = tokio::time::timeout(next, news.notified()).await;
            }
        });
    }

    /// Removes all whose time is over, and what dead processes have left; tells when to do so again.
    pub async fn sweep(self: &Arc<Self>) -> Duration {
        self.tidy().await;
        self.end_those_that_are_over().await
    }

    /// Removes what dead processes were making or removing. What cannot be removed stays claimed by this process,
    /// and no start fails for it.
    pub(super) async fn tidy(&self) {
        let of_the_dead = told("found", self.records.take_over().await).unwrap_or_default();
        for record in of_the_dead {
            told("removed", self.discard(&record).await);
        }
        for backend in self.backends.values() {
            backend.tidy().await;
        }
        self.tidy_snapshots().await;
    }

    async fn end_those_that_are_over(self: &Arc<Self>) -> Duration {
        let mut next = LONGEST;
        for (record, used) in told("listed", self.records.load_used().await).unwrap_or_default() {
            let now = self.settings.clock.now();
            let mut used = used;
            if let Some(idle) = record.idle_s.filter(|_| self.is_in_use(&record.id)) {
                used = now.as_secs();
                told("marked", self.records.touch(&record.id, used).await);
                // Other processes must not take it for idle.
                next = next.min(Duration::from_secs(idle) / 2);
            }
            let Some((at, reason)) = end(&record, used) else { continue };
            let left = Duration::from_secs(at).saturating_sub(now);
            if left.is_zero() {
                let registry = self.clone();
                told("removed", whole(async move { registry.end(&record.id, reason).await }).await);
            } else {
                next = next.min(left);
            }
        }
        next
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

/// What has failed is told to the log: nobody waits for the answer.
pub(in crate::sandbox) fn told<T>(what: &str, done: Result<T>) -> Option<T> {
    done.inspect_err(|error| tracing::warn!("sandboxes cannot be {what}: {error}")).ok()
}

/// When its time is over, and why.
fn end(record: &Record, used: u64) -> Option<(u64, Reason)> {
    let ttl = record.expires_at.map(|at| (at, Reason::Ttl));
    let idle = record.idle_s.map(|seconds| (used + seconds + 1, Reason::Idle(seconds)));
    ttl.into_iter().chain(idle).min_by_key(|(at, _)| *at)
}
