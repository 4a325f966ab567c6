//! Which requests of a peer are being worked on, so that they can be cancelled and not be doubled.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::context::Context;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc::{Id, Response};

/// How many ids of calls that have ended are remembered of one peer.
const MOST_RECENT: usize = 8;

/// The calls of one peer that have not answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight(Arc<List>);

#[derive(Debug, Default)]
struct List {
    calls: Mutex<Calls>,
    /// How many are open, to be read without the lock: mostly none, as calls that just answer are not put here.
    open: AtomicUsize,
}

#[derive(Debug, Default)]
struct Calls {
    /// By their ids, in order: each call that waits looks here four times, and to compare a few numbers is 330
    /// instructions less than four hashes that no client can play tricks on. Most clients count upwards, so what is
    /// new stands last; a tree would be 12 KB more of a program.
    open: Vec<Context>,
    /// Those that have ended a moment ago: a cancellation may still be on its way.
    recent: VecDeque<Id>,
}

impl Calls {
    /// Where the call of this id stands, or where it would.
    fn place(&self, id: &Id) -> std::result::Result<usize, usize> {
        self.open.binary_search_by(|open| open.request_id().cmp(id))
    }
}

/// One of them; dropping it takes it off the list.
#[derive(Debug)]
pub(crate) struct Entry {
    context: Context,
    list: InFlight,
}

impl InFlight {
    /// Refuses an id that is in use.
    ///
    /// # Errors
    /// `-32600`: the call of this id has not answered yet.
    pub(crate) fn admit(&self, id: &Id) -> Result<()> {
        if self.is_empty() || self.lock().place(id).is_err() {
            return Ok(());
        }
        let words = format!("a request with the id {id} is still being answered");
        Err(Error::protocol(ErrorCode::INVALID_REQUEST, words))
    }

    /// Puts a call on the list.
    pub(crate) fn enter(&self, context: &Context) -> Entry {
        self.change(|calls| match calls.place(context.request_id()) {
            Ok(at) => calls.open[at] = context.clone(),
            Err(at) => calls.open.insert(at, context.clone()),
        });
        Entry { context: context.clone(), list: self.clone() }
    }

    /// Cancels the call of this id, if there is one.
    pub(crate) fn cancel(&self, id: &Id) -> bool {
        let context = self.change(|calls| calls.place(id).ok().map(|at| calls.open.remove(at)));
        if let Some(context) = &context {
            context.cancel();
        }
        context.is_some()
    }

    /// Cancels all calls.
    pub(crate) fn cancel_all(&self) {
        let open = self.change(|calls| std::mem::take(&mut calls.open));
        open.iter().for_each(Context::cancel);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.open.load(Ordering::Acquire) == 0
    }

    /// Whether a call of this id has ended a moment ago.
    pub(crate) fn has_ended(&self, id: &Id) -> bool {
        self.lock().recent.contains(id)
    }

    /// Hands an answer to the call that has asked. `false`: nobody has.
    pub(crate) fn answer(&self, response: &Response<'_>) -> bool {
        let asking = |context: &&Context| context.direct().is_some();
        let contexts: Vec<Context> = self.lock().open.iter().filter(asking).cloned().collect();
        let delivered = |context: &&Context| {
            context.direct().is_some_and(|direct| direct.deliver(&response.id, response.outcome))
        };
        let asked = contexts.iter().find(delivered);
        if let Some(context) = asked {
            // The call's own time runs again, whoever of its tasks has waited for the answer.
            context.outbox().nudge();
        }
        asked.is_some()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Calls) -> T) -> T {
        let mut calls = self.lock();
        let changed = change(&mut calls);
        self.0.open.store(calls.open.len(), Ordering::Release);
        changed
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let id = self.context.request_id();
        self.list.change(|calls| {
            if calls.recent.len() >= MOST_RECENT {
                calls.recent.pop_front();
            }
            calls.recent.push_back(id.clone());
            // A cancelled call's id may be in use again.
            if let Some(at) = calls.place(id).ok().filter(|at| calls.open[*at].is(&self.context)) {
                calls.open.remove(at);
            }
        });
    }
}
