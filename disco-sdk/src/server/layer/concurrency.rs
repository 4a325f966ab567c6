//! A layer that lets so many calls in at once, and has the others wait in a queue that ends somewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::call::Call;
use super::outcome::Outcome;
use super::within::{Handle, Next, is_layer};
use crate::error::{Error, Result};
use crate::server::BoxFuture;

/// Lets so many calls in at once. Others wait, first come, first served, until the queue is full; then they
/// are refused: `BUSY`, which may be tried again.
///
/// A value is one bound, also when it is given to two tools; a clone of it is the same. A call that asks its
/// client something keeps its place in the old era, and gives it up in the new one, where it begins anew.
#[derive(Clone, Debug)]
pub struct Concurrency {
    most: usize,
    queue: usize,
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Concurrency {
    /// `most` calls at once, and as many in the queue; at least one.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self { most, queue: most, places: Arc::new(Semaphore::new(most)), waiting: Arc::default() }
    }

    /// So many may wait; with 0 nobody waits.
    #[must_use]
    pub fn queue(mut self, most: usize) -> Self {
        self.queue = most;
        self
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        let waits = Waits::begin(&self.waiting);
        if waits.others >= self.queue {
            return Err(self.full());
        }
        // Nobody closes it.
        Arc::clone(&self.places).acquire_owned().await.map_err(Error::from)
    }

    fn full(&self) -> Error {
        let Self { most, queue, .. } = self;
        Error::new(format!("{most} such calls are under way, and {queue} wait already"))
            .with_code("BUSY")
            .with_suggestion("try again in a moment")
            .with_data("retryable", true)
    }
}

impl Handle for Concurrency {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        let this = self.clone();
        Box::pin(async move {
            let _place = this.enter().await?;
            next.run(call).await
        })
    }
}

is_layer!(Concurrency);

/// One call in the queue.
struct Waits<'a> {
    waiting: &'a AtomicUsize,
    others: usize,
}

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Self {
        Self { waiting, others: waiting.fetch_add(1, Ordering::AcqRel) }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}
