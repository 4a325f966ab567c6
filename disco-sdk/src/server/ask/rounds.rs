//! Questions of the modern era: they are the answer, and the client calls again with what it knows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::super::answer;
use super::super::call::Settle;
use super::super::client_info::ClientInfo;
use super::super::clock::{milliseconds, now};
use super::super::context::Context;
use super::super::core::Core;
use super::begin::Before;
use super::journal::Journal;
use super::kept::{Unsaved, carried};
use super::key::digest;
use super::settle::Standing;
use super::single_use::Ticket;
use super::state::refused;
use crate::error::{Error, Result};
use crate::protocol::members::Params;
use crate::protocol::method::Method;
use crate::transport::{Caller, Reply};

/// What one call asks; empty until it does.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// Nearly no call asks: to look for that is no lock, which saves four of them a call.
    journal: OnceLock<Mutex<Box<Journal>>>,
    /// The client as it is in this request, where the handler sees it as it was in the first.
    present: Option<ClientInfo>,
    /// How often the client was asked, if this is a retry.
    round: Option<u32>,
    /// What is to be found in the store before the handler begins.
    before: Option<Box<Before>>,
}

/// What a request brings from the round before.
#[derive(Debug)]
pub(crate) struct Retry<'a> {
    pub(crate) answers: Option<&'a RawValue>,
    pub(crate) state: Option<&'a RawValue>,
    /// Whether a state is good for one retry.
    pub(crate) is_single_use: bool,
    /// How calls of this handler go on, if it can ask.
    pub(crate) resume: Option<Resume>,
}

/// How a call goes on.
pub(crate) type Resume = fn(&Core, Method, &Params<'_>, &Retry<'_>, ClientInfo, &Caller) -> Result<Resumed>;

/// That a handler can ask: it is given a value of the call. A program with no such handler does not have the
/// code by which calls go on.
#[derive(Clone, Copy, Debug)]
pub struct CanAsk(Resume);

impl CanAsk {
    pub(crate) const YES: Self = Self(resume);

    /// How its calls go on.
    pub(crate) fn resume(self) -> Resume {
        self.0
    }
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

/// Takes up a call where the round before has left it, if there was one.
///
/// # Errors
/// `-32602`: the answers are no such thing, or the state is not of this call.
pub(crate) fn go_on(
    core: &Core,
    method: Method,
    params: &Params<'_>,
    retry: &Retry<'_>,
    client: ClientInfo,
    caller: &Caller,
) -> Result<Resumed> {
    match retry.resume {
        _ if retry.is_first() => Ok(Resumed { rounds: Rounds::default(), client, secret: None }),
        Some(resume) => resume(core, method, params, retry, client, caller),
        None => never_asked(retry, client),
    }
}

/// A call of a handler that cannot ask: no state is of this call, and answers are answers to nothing.
#[cold]
fn never_asked(retry: &Retry<'_>, client: ClientInfo) -> Result<Resumed> {
    retry.answers.map(answers).transpose()?;
    match retry.state.map(token).transpose()? {
        Some(_) => Err(refused("tampered", "it is not as this server has sealed it")),
        None => Ok(Resumed { rounds: Rounds::default(), client, secret: None }),
    }
}

fn resume(
    core: &Core,
    method: Method,
    params: &Params<'_>,
    retry: &Retry<'_>,
    client: ClientInfo,
    caller: &Caller,
) -> Result<Resumed> {
    let answers = retry.answers.map(answers).transpose()?.unwrap_or_default();
    let Some(token) = retry.state.map(token).transpose()? else {
        let rounds = Rounds::default();
        rounds.go_on_with(Journal::with_answers(answers));
        return Ok(Resumed { rounds, client, secret: None });
    };
    let state = core.states.open(&token, &caller.principal(), &digest(method.as_str(), params.raw()))?;
    let ticket = retry.is_single_use.then(|| Ticket::of(&state)).transpose()?;
    let kept = state.kept.clone().map(|name| (name, answers.clone()));
    let before = (ticket.is_some() || kept.is_some()).then(|| Box::new(Before { ticket, kept }));
    let (secret, round) = (state.secret(), Some(state.round));
    let first = client.with_capabilities(state.capabilities.clone());
    let rounds = Rounds { present: Some(client), round, before, ..Rounds::default() };
    rounds.go_on_with(Journal::resumed(state, &answers));
    Ok(Resumed { rounds, client: first, secret })
}

fn token(raw: &RawValue) -> Result<String> {
    serde_json::from_str(raw.get()).map_err(|_| {
        Error::invalid_params("/params/requestState: expected a string")
            .with_data("pointer", "/params/requestState")
    })
}

fn answers(raw: &RawValue) -> Result<Map<String, Value>> {
    serde_json::from_str(raw.get()).map_err(|_| {
        Error::invalid_params("/params/inputResponses: expected an object")
            .with_data("pointer", "/params/inputResponses")
    })
}

impl Rounds {
    /// Looks into the journal, if there is one.
    fn peek<T>(&self, look: impl FnOnce(&mut Journal) -> T) -> Option<T> {
        self.journal.get().map(|journal| look(&mut locked(journal)))
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Journal) -> T) -> T {
        act(&mut locked(self.journal.get_or_init(Mutex::default)))
    }

    /// Goes on with what was learnt.
    pub(super) fn go_on_with(&self, journal: Journal) {
        self.with(|place| *place = journal);
    }

    /// Whether the handler has asked, or goes on with what it has learnt.
    pub(crate) fn has_journal(&self) -> bool {
        self.journal.get().is_some()
    }

    /// What is to be found in the store before the handler begins.
    pub(super) fn before(&self) -> Option<&Before> {
        self.before.as_deref()
    }

    /// The client as it is in this request, if this is a retry.
    pub(super) fn present(&self) -> Option<&ClientInfo> {
        self.present.as_ref()
    }

    /// How often the client was asked, if this is a retry.
    pub(crate) fn round(&self) -> Option<u32> {
        self.round
    }

    pub(crate) fn is_replaying(&self) -> bool {
        self.peek(|journal| journal.is_replaying()).unwrap_or(false)
    }

    /// Whether something waits that nothing in this run can move.
    pub(crate) fn is_stuck(&self) -> bool {
        self.peek(|journal| journal.is_stuck()).unwrap_or(false)
    }

    /// What settles the call, once the handler has come to anything.
    pub(crate) fn settle(&self) -> Option<Settle> {
        self.peek(|journal| journal.settle()).flatten()
    }

    /// Whether questions wait, or were answered and not come to yet.
    pub(crate) fn is_under_way(&self) -> bool {
        self.peek(|journal| journal.is_stuck() || journal.has_more()).unwrap_or(false)
    }

    /// What makes an answer impossible, whatever the handler does.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.peek(|journal| journal.fault().cloned()).flatten()
    }

    /// Whether this request has brought an answer that is none.
    pub(crate) fn is_malformed(&self) -> bool {
        self.peek(|journal| journal.is_malformed).unwrap_or(false)
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

    /// Answers the call with its questions, as soon as the store has what is unsaved.
    pub(crate) fn suspend(
        &self,
        core: &Core,
        context: &Context,
        asks: (Method, &Params<'_>),
    ) -> (Reply, Option<Box<Unsaved>>) {
        let (id, version) = (context.request_id(), context.version());
        match self.suspended(core, context, asks) {
            Ok((questions, state, unsaved)) => {
                (answer::input_required(id, version, core.tail(), &questions, &state), unsaved)
            }
            Err(error) => (answer::error(Some(id), version, &error), None),
        }
    }

    fn suspended(
        &self,
        core: &Core,
        context: &Context,
        (method, params): (Method, &Params<'_>),
    ) -> Result<(Questions, String, Option<Box<Unsaved>>)> {
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
            let (token, unsaved) = carried(core, journal)?;
            let mut questions = Questions::new();
            for open in &journal.open {
                let params = open.question.params(version, &open.wire_key).map_err(Error::new)?;
                questions.push((open.wire_key.clone(), open.question.method().as_str(), params));
            }
            Ok((questions, token, unsaved))
        })
    }
}

fn locked(journal: &Mutex<Box<Journal>>) -> MutexGuard<'_, Box<Journal>> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What goes to the client: a name, a method and its parameters.
pub(crate) type Questions = Vec<(String, &'static str, Value)>;
