//! Questions of the modern era: they are the answer, and the client calls again with what it knows.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as Polling, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::answer;
use super::super::args::pointer;
use super::super::client_info::ClientInfo;
use super::super::clock::{milliseconds, now};
use super::super::context::Context;
use super::super::core::Core;
use super::journal::{EFFECT, Journal, Outcome, Point, Turn};
use super::key::{digest, fingerprint};
use super::question::Question;
use super::settle::Standing;
use crate::error::{AskError, Error, ErrorCode, Result};
use crate::protocol::members::Params;
use crate::protocol::method::Method;
use crate::transport::{Caller, Reply};

/// What one call asks; empty until it does.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    journal: Mutex<Option<Box<Journal>>>,
    /// The client as it is in this request, where the handler sees it as it was in the first.
    present: Option<ClientInfo>,
}

/// What a request brings from the round before.
#[derive(Debug)]
pub(crate) struct Retry<'a> {
    pub(crate) answers: Option<&'a RawValue>,
    pub(crate) state: Option<&'a RawValue>,
}

impl Retry<'_> {
    /// Whether nothing was asked before.
    pub(crate) fn is_first(&self) -> bool {
        self.answers.is_none() && self.state.is_none()
    }
}

/// A call that goes on.
pub(crate) struct Resumed {
    pub(crate) rounds: Rounds,
    pub(crate) client: ClientInfo,
    pub(crate) secret: Option<[u8; 32]>,
}

/// Takes up a call where the round before has left it.
///
/// # Errors
/// `-32602`: the answers are no such thing, or the state is not of this call.
pub(crate) fn resume(
    core: &Core,
    method: Method,
    params: &Params<'_>,
    retry: &Retry<'_>,
    client: ClientInfo,
    caller: &Caller,
) -> Result<Resumed> {
    if retry.is_first() {
        return Ok(Resumed { rounds: Rounds::default(), client, secret: None });
    }
    let answers = match retry.answers {
        Some(raw) => answers(raw)?,
        None => HashMap::new(),
    };
    let Some(raw) = retry.state else {
        let journal = Mutex::new(Some(Box::new(Journal::with_answers(answers))));
        return Ok(Resumed { rounds: Rounds { journal, present: None }, client, secret: None });
    };
    let token: String = serde_json::from_str(raw.get()).map_err(|_| {
        Error::invalid_params("/params/requestState: expected a string")
            .with_data("pointer", "/params/requestState")
    })?;
    let state = core.states.open(&token, &caller.principal(), &digest(method.as_str(), params.raw()))?;
    let secret = URL_SAFE_NO_PAD.decode(&state.call).ok().and_then(|bytes| bytes.try_into().ok());
    let first = client.with_capabilities(state.capabilities.clone());
    let journal = Mutex::new(Some(Box::new(Journal::resumed(state, &answers))));
    Ok(Resumed { rounds: Rounds { journal, present: Some(client) }, client: first, secret })
}

fn answers(raw: &RawValue) -> Result<HashMap<String, Value>> {
    serde_json::from_str(raw.get()).map_err(|_| {
        Error::invalid_params("/params/inputResponses: expected an object")
            .with_data("pointer", "/params/inputResponses")
    })
}

impl Rounds {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Journal>>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks into the journal, if there is one.
    fn peek<T>(&self, look: impl FnOnce(&mut Journal) -> T) -> Option<T> {
        self.lock().as_deref_mut().map(look)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Journal) -> T) -> T {
        act(self.lock().get_or_insert_default())
    }

    pub(crate) fn is_replaying(&self) -> bool {
        self.peek(|journal| journal.is_replaying()).unwrap_or(false)
    }

    /// Whether something waits that nothing in this run can move.
    pub(crate) fn is_stuck(&self) -> bool {
        self.peek(|journal| journal.is_stuck()).unwrap_or(false)
    }

    /// Whether questions wait, or were answered and not come to yet.
    pub(crate) fn is_under_way(&self) -> bool {
        self.peek(|journal| journal.is_stuck() || journal.has_more()).unwrap_or(false)
    }

    /// What makes an answer impossible, whatever the handler does.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.peek(|journal| journal.fault().cloned()).flatten()
    }

    /// The handler has come to its end without another question.
    pub(crate) fn end(&self) {
        self.peek(|journal| {
            if journal.has_more() {
                tracing::warn!(
                    "a handler has ended before it came to all that it was told in the rounds before"
                );
            }
        });
    }

    pub(crate) fn standing(&self) -> Standing {
        self.with(|journal| Standing {
            is_stuck: journal.is_stuck(),
            is_busy: journal.onces > 0,
            has_more: journal.has_more(),
        })
    }

    pub(crate) fn set_handler(&self, waker: &std::task::Waker) {
        self.with(|journal| journal.set_handler(waker));
    }

    pub(crate) fn close(&self) {
        self.peek(Journal::close);
    }

    /// Answers the call with its questions.
    pub(crate) fn suspend(&self, core: &Core, context: &Context, asks: (Method, &Params<'_>)) -> Reply {
        let (id, version) = (context.request_id(), context.version());
        match self.suspended(core, context, asks) {
            Ok((questions, state)) => answer::input_required(id, version, core.tail(), &questions, &state),
            Err(error) => answer::error(Some(id), version, &error),
        }
    }

    fn suspended(
        &self,
        core: &Core,
        context: &Context,
        (method, params): (Method, &Params<'_>),
    ) -> Result<(Questions, String)> {
        let (secret, version) = (context.call_secret()?, context.version());
        let limits = &core.limits;
        self.with(|journal| {
            journal.suspend(limits.rounds)?;
            let state = &mut journal.state;
            if state.call.is_empty() {
                state.call = URL_SAFE_NO_PAD.encode(secret);
                state.principal = context.caller().principal();
                state.digest = digest(method.as_str(), params.raw());
                state.capabilities = context.client().capabilities().clone();
            }
            state.expires = now().saturating_add(milliseconds(limits.answer));
            let token = core.states.seal(&journal.state)?;
            if token.len() > limits.request_state {
                return Err(too_large(journal, token.len(), limits.request_state));
            }
            let mut questions = Questions::new();
            for open in &journal.open {
                let params = open.question.params(version, &open.wire_key).map_err(Error::new)?;
                questions.push((open.wire_key.clone(), open.question.method().as_str(), params));
            }
            Ok((questions, token))
        })
    }
}

/// What goes to the client: a name, a method and its parameters.
pub(crate) type Questions = Vec<(String, &'static str, Value)>;

fn too_large(journal: &Journal, size: usize, most: usize) -> Error {
    let largest = journal.largest().map_or_else(String::new, |(label, size)| {
        format!("; the largest of what it has to remember is {label:?} with {size} bytes")
    });
    let words = format!("the state of this call would have {size} bytes, and {most} is the most{largest}");
    Error::protocol(ErrorCode::INTERNAL_ERROR, words)
}

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
        Ok(rounds.with(act))
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
        let present = self.context.rounds()?.present.as_ref()?;
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
        let _ = self.with(|journal| journal.set_fault(fault));
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
