//! What a call says before it answers, on its way to the transport.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// A bounded queue of messages with one reader.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    queue: VecDeque<Vec<u8>>,
    reader: Option<Waker>,
    is_closed: bool,
}

impl Outbox {
    /// Queues a message. `false`: nobody reads any more, or `limit` messages wait already.
    pub(crate) fn push(&self, message: Vec<u8>, limit: usize) -> bool {
        let mut inner = self.lock();
        if inner.is_closed || inner.queue.len() >= limit {
            return false;
        }
        inner.queue.push_back(message);
        wake(inner);
        true
    }

    /// The next message, if there is one.
    pub(crate) fn take(&self) -> Option<Vec<u8>> {
        self.lock().queue.pop_front()
    }

    /// The next message; if there is none, `cx` is woken when there is.
    pub(crate) fn take_or_wait(&self, cx: &mut Context<'_>) -> Option<Vec<u8>> {
        let mut inner = self.lock();
        let message = inner.queue.pop_front();
        if message.is_none() {
            match &mut inner.reader {
                Some(reader) => reader.clone_from(cx.waker()),
                none => *none = Some(cx.waker().clone()),
            }
        }
        message
    }

    /// Has the reader look again.
    pub(crate) fn nudge(&self) {
        wake(self.lock());
    }

    /// Whether something waits to be read.
    pub(crate) fn has_messages(&self) -> bool {
        !self.lock().queue.is_empty()
    }

    /// Forgets what is queued and refuses what comes.
    pub(crate) fn close(&self) {
        let mut inner = self.lock();
        inner.is_closed = true;
        inner.queue.clear();
        wake(inner);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(mut inner: MutexGuard<'_, Inner>) {
    let reader = inner.reader.take();
    drop(inner);
    if let Some(reader) = reader {
        reader.wake();
    }
}
