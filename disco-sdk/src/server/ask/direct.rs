//! Questions of the old era: a request on the call's own stream, and its answer as a message.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as Polling, Poll, Waker};

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::context::Context;
use super::question::Question;
use super::waiting::{Answer, Waiting};
use crate::error::AskError;
use crate::protocol::jsonrpc::{self, Id};
use crate::protocol::method::{Notice, Question as Method};
use crate::transport::process::{PROCESS_NAME, process};

/// The questions of one call that have no answer yet.
#[derive(Debug, Default)]
pub(crate) struct Direct(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    slots: Vec<Slot>,
    is_closed: bool,
}

#[derive(Debug)]
struct Slot {
    id: Id,
    waiting: Waiting,
}

impl Direct {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in an answer. `false`: nobody waits for it.
    pub(crate) fn deliver(&self, id: &Id, outcome: Result<&RawValue, &RawValue>) -> bool {
        let mut table = self.lock();
        let Some(slot) = table.slots.iter_mut().find(|slot| slot.id == *id && slot.waiting.is_open()) else {
            return false;
        };
        let read = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or_default();
        let waker = slot.waiting.answer(outcome.map(read).map_err(read));
        drop(table);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// Whether the client has something to answer.
    pub(crate) fn is_asking(&self) -> bool {
        self.lock().slots.iter().any(|slot| slot.waiting.is_open())
    }

    /// Whoever still waits learns that no answer will come.
    pub(crate) fn close(&self) {
        let mut table = self.lock();
        table.is_closed = true;
        let wakers: Vec<Waker> = table.slots.iter_mut().filter_map(|slot| slot.waiting.give_up()).collect();
        drop(table);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn enter(&self, id: Id, most: usize) -> Result<(), AskError> {
        let mut table = self.lock();
        if table.is_closed {
            return Err(AskError::Suspended);
        }
        if table.slots.len() >= most {
            return Err(super::too_many(most));
        }
        table.slots.push(Slot { id, waiting: Waiting::default() });
        Ok(())
    }
}

/// A question that was sent. Dropping it takes it back.
#[derive(Debug)]
pub(crate) struct Sent {
    context: Context,
    id: Id,
}

impl Sent {
    /// Sends a question on the call's stream.
    pub(super) fn new(context: &Context, direct: &Direct, question: &Question) -> Result<Self, AskError> {
        let id = next_id();
        let params =
            question.params(context.version(), &id).map_err(|reason| AskError::Misused { reason })?;
        Self::send(context, direct, id, question.method(), &params)
    }

    /// Sends on this call's stream what another call asks: the task that it follows.
    pub(crate) fn again(context: &Context, method: Method, params: &Value) -> Result<Self, AskError> {
        let direct = context.direct().ok_or(AskError::Suspended)?;
        Self::send(context, direct, next_id(), method, params)
    }

    fn send(
        context: &Context,
        direct: &Direct,
        id: String,
        method: Method,
        params: &Value,
    ) -> Result<Self, AskError> {
        let id = Id::Text(id.into());
        direct.enter(id.clone(), context.bounds().questions)?;
        let message = jsonrpc::request(&id, method.as_str(), params);
        // Questions are bounded by themselves; unread notifications must not keep one back.
        if !context.outbox().push(message, usize::MAX) {
            direct.lock().slots.retain(|slot| slot.id != id);
            return Err(AskError::Suspended);
        }
        Ok(Self { context: context.clone(), id })
    }

    pub(crate) fn poll(&self, cx: &mut Polling<'_>) -> Poll<Result<Answer, AskError>> {
        let Some(direct) = self.context.direct() else {
            return Poll::Ready(Err(AskError::Suspended));
        };
        let mut table = direct.lock();
        let is_closed = table.is_closed;
        let Some(at) = table.slots.iter().position(|slot| slot.id == self.id) else {
            return Poll::Ready(Err(AskError::Suspended));
        };
        match table.slots[at].waiting.poll(cx) {
            Poll::Ready(answer) => {
                table.slots.swap_remove(at);
                Poll::Ready(Ok(answer))
            }
            Poll::Pending if is_closed => Poll::Ready(Err(AskError::Suspended)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        let Some(direct) = self.context.direct() else {
            return;
        };
        let mut table = direct.lock();
        let Some(at) = table.slots.iter().position(|slot| slot.id == self.id) else {
            return;
        };
        let slot = table.slots.swap_remove(at);
        let is_open = slot.waiting.is_open() && !table.is_closed;
        drop(table);
        if is_open {
            let params = json!({"requestId": self.id, "reason": "the answer is not wanted any more"});
            let message = jsonrpc::notification(Notice::Cancelled.as_str(), &params);
            self.context.outbox().push(message, usize::MAX);
        }
    }
}

fn next_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{}.{}", process(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Whether a question of this id was asked by another process.
pub(crate) fn is_foreign(id: &Id) -> bool {
    match id {
        Id::Number(_) => false,
        Id::Text(text) => {
            text.split_once('.').is_some_and(|(asker, _)| asker.len() == PROCESS_NAME && asker != process())
        }
    }
}
