//! Where a handler stands in the modern era: at a question, or at an effect.

use std::task::{Context as Polling, Poll};
use std::time::Duration;

use serde_json::Value;

use super::super::args::pointer;
use super::super::context::Context;
use super::journal::{EFFECT, Journal, Outcome, Point, Turn};
use super::key::fingerprint;
use super::question::Question;
use crate::error::{AskError, Error, Result};

/// Something that the handler has come to. Dropping it leaves it.
#[derive(Debug)]
pub(super) struct Visit {
    context: Context,
    pub(super) point: Point,
    is_effect: bool,
}

impl Visit {
    /// Comes to a question.
    pub(super) fn ask(context: &Context, key: Option<&str>, question: &Question) -> Result<Self, AskError> {
        let params = question.params(context.version(), "").map_err(|reason| AskError::Misused { reason })?;
        let fingerprint = fingerprint(question.method().as_str(), &params);
        Self::new(context, key, fingerprint, question.label())
    }

    /// Comes to an effect.
    pub(super) fn once(context: &Context, key: &str) -> Result<Self, AskError> {
        Self::new(context, Some(key), EFFECT.to_owned(), key.to_owned())
    }

    fn new(
        context: &Context,
        key: Option<&str>,
        fingerprint: String,
        label: String,
    ) -> Result<Self, AskError> {
        let rounds = context.rounds().ok_or(AskError::Suspended)?;
        let come = |journal: &mut Journal| journal.come_to(context.scope_name(), key, fingerprint, label);
        let point = rounds.with(come)?;
        Ok(Self { context: context.clone(), point, is_effect: false })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Journal) -> T) -> Result<T, AskError> {
        let rounds = self.context.rounds().ok_or(AskError::Suspended)?;
        let (done, has_caught_up) = rounds.with(|journal| {
            let was_replaying = journal.is_replaying();
            (act(journal), was_replaying && !journal.is_replaying())
        });
        if has_caught_up {
            self.context.record_replay();
        }
        Ok(done)
    }

    /// What a question comes to.
    pub(super) fn poll_ask(
        &self,
        question: &Question,
        within: Option<Duration>,
        cx: &mut Polling<'_>,
    ) -> Poll<Result<Turn, AskError>> {
        let most = self.context.bounds().questions;
        let polled = self.with(|journal| journal.ask(&self.point, question, within, most, cx.waker()));
        let polled = match polled {
            Ok(polled) => polled,
            Err(error) => return Poll::Ready(Err(error)),
        };
        if polled.is_pending() {
            self.nudge(cx);
        }
        polled
    }

    /// A task that the handler has spawned waits: the call has to look at it. The handler itself is
    /// being looked at.
    fn nudge(&self, cx: &Polling<'_>) {
        let is_handler = self.with(|journal| journal.is_handler(cx.waker()));
        if !is_handler.unwrap_or(true) {
            self.context.outbox().nudge();
        }
    }

    /// The capability that this request lacks, though the first one had it.
    pub(super) fn lacks(&self, question: &Question) -> Option<Value> {
        let present = self.context.rounds()?.present()?;
        let need = question.needs().into_iter().find(|need| !present.supports(*need));
        need.map(crate::protocol::capability::Ability::required)
    }

    /// Writes down what the handler is told.
    pub(super) fn tell(&self, outcome: Outcome) {
        let _ = self.with(|journal| journal.tell(&self.point, outcome));
    }

    /// An answer did not fit. Whether it is asked for again.
    pub(super) fn ask_again(&self, why: &str) -> bool {
        self.with(|journal| journal.ask_again(&self.point, why)).unwrap_or(false)
    }

    /// An answer is none at all: the request is wrong.
    pub(super) fn malformed(&self, why: &str) {
        let pointer = pointer(["params", "inputResponses", &self.point.key]);
        let fault = Error::invalid_params(format!("{pointer}: {why}")).with_data("pointer", pointer);
        let _ = self.with(|journal| {
            journal.is_malformed = true;
            journal.set_fault(fault);
        });
        self.context.outbox().nudge();
    }

    /// What the log says of an effect; `None`: it is to happen now.
    pub(super) fn poll_once(&mut self, cx: &mut Polling<'_>) -> Poll<Result<Option<Outcome>, AskError>> {
        let polled = self.with(|journal| {
            let polled = journal.replay(&self.point, cx.waker());
            if matches!(polled, Poll::Ready(Ok(None))) {
                journal.onces += 1;
            }
            polled
        });
        let polled = polled.unwrap_or_else(|error| Poll::Ready(Err(error)));
        self.is_effect |= matches!(polled, Poll::Ready(Ok(None)));
        if polled.is_pending() {
            self.nudge(cx);
        }
        polled
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let _ = self.with(|journal| {
            if self.is_effect {
                journal.onces = journal.onces.saturating_sub(1);
            }
            journal.leave(&self.point);
        });
    }
}
