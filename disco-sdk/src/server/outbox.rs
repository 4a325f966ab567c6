//! What a call says before it answers, on its way to the transport.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;

/// What a call says before it answers.
#[derive(Debug)]
pub(crate) enum Said {
    /// A message.
    Message(Vec<u8>),
    /// That the client should go away, and come back after this time.
    Pause(Duration),
}

/// A bounded queue of messages with one reader.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    inner: Mutex<Inner>,
    /// Whether anything was ever queued: a call that says nothing is asked twice, and without a lock.
    is_used: AtomicBool,
}

#[derive(Debug, Default)]
struct Inner {
    queue: VecDeque<Said>,
    reader: Option<Waker>,
    is_closed: bool,
}

impl Outbox {
    /// Queues a message. `false`: nobody reads any more, or `limit` messages wait already.
    pub(crate) fn push(&self, message: Vec<u8>, limit: usize) -> bool {
        self.queue(Said::Message(message), limit)
    }

    /// Queues the end of the connection, behind what was said before.
    pub(crate) fn pause(&self, retry: Duration, limit: usize) -> bool {
        self.queue(Said::Pause(retry), limit)
    }

    fn queue(&self, said: Said, limit: usize) -> bool {
        let mut inner = self.lock();
        if inner.is_closed || inner.queue.len() >= limit {
            return false;
        }
        inner.queue.push_back(said);
        self.is_used.store(true, Ordering::Release);
        wake(inner);
        true
    }

    /// The next message, if there is one.
    pub(crate) fn take(&self) -> Option<Said> {
        self.lock().queue.pop_front()
    }

    /// The next message; if there is none, `cx` is woken when there is.
    pub(crate) fn take_or_wait(&self, cx: &mut Context<'_>) -> Option<Said> {
        let mut inner = self.lock();
        let message = inner.queue.pop_front();
        if message.is_none() {
            inner.wait(cx);
        }
        message
    }

    /// Whether there is no message; `cx` is woken when there is.
    pub(crate) fn is_quiet(&self, cx: &mut Context<'_>) -> bool {
        let mut inner = self.lock();
        inner.wait(cx);
        inner.queue.is_empty() && !inner.is_closed
    }

    /// Has the reader look again.
    pub(crate) fn nudge(&self) {
        wake(self.lock());
    }

    /// Whether something waits to be read.
    pub(crate) fn has_messages(&self) -> bool {
        self.is_used.load(Ordering::Acquire) && !self.lock().queue.is_empty()
    }

    /// Forgets what is queued and refuses what comes.
    pub(crate) fn close(&self) {
        let mut inner = self.lock();
        inner.is_closed = true;
        inner.queue.clear();
        wake(inner);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn wait(&mut self, cx: &mut Context<'_>) {
        match &mut self.reader {
            Some(reader) => reader.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
    }
}

fn wake(mut inner: MutexGuard<'_, Inner>) {
    let reader = inner.reader.take();
    drop(inner);
    if let Some(reader) = reader {
        reader.wake();
    }
}
