//! The questions of a task that wait for an answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Polling, Poll, Waker};

use serde_json::{Map, Value, json};

use super::super::args::pointer;
use super::super::ask::{Answer, Question, Waiting, name_of, too_many};
use super::super::context::Context;
use super::Live;
use crate::error::{AskError, Error, Result};

/// The questions of one task that have no answer yet. A name that was given once is never given again.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    posted: u64,
    slots: BTreeMap<String, Slot>,
    is_closed: bool,
}

#[derive(Debug)]
struct Slot {
    question: Question,
    /// As the client is asked.
    request: Value,
    waiting: Waiting,
}

impl Table {
    fn requests(&self) -> Map<String, Value> {
        let open = self.slots.iter().filter(|(_, slot)| slot.waiting.is_open());
        open.map(|(name, slot)| (name.clone(), slot.request.clone())).collect()
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The questions that wait for an answer, and how each is asked.
    pub(super) fn open(&self) -> Vec<(String, Question, Value)> {
        let table = self.lock();
        let open = table.slots.iter().filter(|(_, slot)| slot.waiting.is_open());
        open.map(|(name, slot)| (name.clone(), slot.question.clone(), slot.request.clone())).collect()
    }

    pub(super) fn close(&self) {
        let mut table = self.lock();
        table.is_closed = true;
        let wakers: Vec<Waker> = table.slots.values_mut().filter_map(|slot| slot.waiting.give_up()).collect();
        drop(table);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Live {
    /// Takes what a client has answered. What nobody asked, or somebody has answered, is passed over.
    ///
    /// # Errors
    /// `-32602` for the first that is no answer to its question; then none is taken.
    pub(super) fn answer(&self, answers: Map<String, Value>) -> Result<()> {
        let mut table = self.board.lock();
        let is_open = |slot: &Slot| slot.waiting.is_open();
        for (name, answer) in &answers {
            if let Some(slot) = table.slots.get(name).filter(|slot| is_open(slot))
                && let Err(why) = slot.question.shape(answer.clone())
            {
                let pointer = pointer(["params", "inputResponses", name]);
                let words = format!("{pointer}: {why}");
                return Err(Error::invalid_params(words).with_data("pointer", pointer));
            }
        }
        let taken = answers.into_iter().map(|(name, answer)| (name, Ok(answer)));
        self.take(&mut table, taken);
        Ok(())
    }

    /// Takes what the client has answered to a request of ours.
    pub(super) fn answer_one(&self, name: String, answer: Answer) {
        let mut table = self.board.lock();
        self.take(&mut table, std::iter::once((name, answer)));
    }

    fn take(&self, table: &mut Table, answers: impl Iterator<Item = (String, Answer)>) {
        let mut wakers = Vec::new();
        let mut is_taken = false;
        for (name, answer) in answers {
            if let Some(slot) = table.slots.get_mut(&name).filter(|slot| slot.waiting.is_open()) {
                wakers.extend(slot.waiting.answer(answer));
                is_taken = true;
            }
        }
        if is_taken {
            self.ask(table.requests());
        }
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// A question of a task. Dropping it takes it back.
#[derive(Debug)]
pub(crate) struct Posted {
    live: Arc<Live>,
    name: String,
}

impl Posted {
    /// Asks; the task waits for input from here on.
    pub(crate) fn new(
        context: &Context,
        live: &Arc<Live>,
        key: Option<&str>,
        question: &Question,
    ) -> Result<Self, AskError> {
        let mut table = live.board.lock();
        if table.is_closed {
            return Err(AskError::Suspended);
        }
        let most = context.bounds().questions;
        if table.slots.len() >= most {
            return Err(too_many(most));
        }
        let misused = |reason| AskError::Misused { reason };
        let version = context.version();
        let base = name_of(context.scope_name(), key, question, version).map_err(misused)?;
        let name = format!("{base}.{}", table.posted + 1);
        let params = question.params(version, &name).map_err(misused)?;
        table.posted += 1;
        let request = json!({"method": question.method().as_str(), "params": params});
        let slot = Slot { question: question.clone(), request, waiting: Waiting::default() };
        table.slots.insert(name.clone(), slot);
        live.ask(table.requests());
        drop(table);
        Ok(Self { live: Arc::clone(live), name })
    }

    pub(crate) fn poll(&self, cx: &mut Polling<'_>) -> Poll<Result<Answer, AskError>> {
        let mut table = self.live.board.lock();
        let is_closed = table.is_closed;
        let Some(slot) = table.slots.get_mut(&self.name) else {
            return Poll::Ready(Err(AskError::Suspended));
        };
        match slot.waiting.poll(cx) {
            Poll::Ready(answer) => {
                table.slots.remove(&self.name);
                Poll::Ready(Ok(answer))
            }
            Poll::Pending if is_closed => Poll::Ready(Err(AskError::Suspended)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        let mut table = self.live.board.lock();
        if let Some(slot) = table.slots.remove(&self.name)
            && slot.waiting.is_open()
        {
            self.live.ask(table.requests());
        }
    }
}
