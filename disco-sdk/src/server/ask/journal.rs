//! What a handler was told, in order, so that it can be told the same again.

use std::collections::HashMap;
use std::task::{Poll, Waker};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::call::{Call, Settle};
use super::super::clock::{milliseconds, now};
use super::future::TRIES;
use super::key::named;
use super::question::Question;
use super::state::{Asked, State};
use crate::error::{AskError, Error, ErrorCode};

/// The fingerprint of every effect.
pub(super) const EFFECT: &str = "once";

/// One thing that the handler was told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "k")]
    pub(super) key: String,
    #[serde(rename = "f")]
    fingerprint: String,
    #[serde(rename = "m")]
    label: String,
    #[serde(rename = "o")]
    outcome: Outcome,
}

/// Everything that a handler can be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Outcome {
    #[serde(rename = "a")]
    Accepted(Value),
    #[serde(rename = "d")]
    Declined,
    #[serde(rename = "c")]
    Cancelled,
    #[serde(rename = "i")]
    Invalid(String),
    #[serde(rename = "t")]
    TimedOut,
    /// What a `once` gave.
    #[serde(rename = "k")]
    Done(Value),
    /// How a `once` failed.
    #[serde(rename = "e")]
    Failed(Value),
}

/// What a question comes to.
#[derive(Debug)]
pub(super) enum Turn {
    Replayed(Outcome),
    Answer(Value),
}

/// A question or an effect that the handler has come to.
#[derive(Clone, Debug)]
pub(super) struct Point {
    id: u64,
    pub(super) key: String,
    base: String,
    fingerprint: String,
    pub(super) label: String,
}

/// A question that waits for the client.
#[derive(Debug)]
pub(super) struct Open {
    id: u64,
    pub(super) key: String,
    pub(super) wire_key: String,
    pub(super) question: Question,
    fingerprint: String,
    label: String,
    until: Option<u64>,
}

/// The journal of one call, while it runs.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) state: State,
    /// How much of the log the handler was told in this run.
    at: usize,
    /// How much of the log is older than this run.
    replayed: usize,
    /// Answers that came without a state, by what they call the question.
    loose: Map<String, Value>,
    /// Whether this request has brought answers, and none was taken yet.
    awaits_answers: bool,
    counts: HashMap<String, u32>,
    points: Vec<(Point, bool)>,
    pub(super) open: Vec<Open>,
    /// How many bodies of `once` are running.
    pub(super) onces: usize,
    /// What settles the call; there once the handler has come to anything.
    settle: Option<Settle>,
    wakers: Vec<Waker>,
    handler: Option<Waker>,
    over: bool,
    fault: Option<Error>,
    /// Whether this request has brought an answer that is none.
    pub(super) is_malformed: bool,
    changed: Option<(String, String)>,
    next: u64,
}

impl Journal {
    /// Goes on where `state` ends, with what the client has answered.
    pub(super) fn resumed(mut state: State, answers: &Map<String, Value>) -> Self {
        let mut awaits_answers = false;
        for (key, asked) in &mut state.asked {
            // What was not asked is passed over.
            if let Some(answer) = answers.get(&wire_key(key, asked.misfits)) {
                asked.answer = Some(answer.clone());
                awaits_answers = true;
            }
        }
        Self { replayed: state.log.len(), state, awaits_answers, ..Self::default() }
    }

    /// Begins with answers that came before the questions.
    pub(super) fn with_answers(loose: Map<String, Value>) -> Self {
        Self { loose, ..Self::default() }
    }

    /// Whether the handler is where it was before.
    pub(super) fn is_replaying(&self) -> bool {
        self.at < self.replayed || self.awaits_answers
    }

    /// Whether something waits that nothing in this run can move.
    pub(super) fn is_stuck(&self) -> bool {
        self.fault.is_some() || !self.open.is_empty() || self.points.iter().any(|(_, waits)| *waits)
    }

    /// What settles the call.
    pub(super) fn settle(&self) -> Option<Settle> {
        self.settle
    }

    pub(super) fn has_more(&self) -> bool {
        self.at < self.state.log.len()
    }

    pub(super) fn fault(&self) -> Option<&Error> {
        self.fault.as_ref()
    }

    pub(super) fn set_fault(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }

    /// Wakes the handler by this from here on, and keeps no other copies of it.
    pub(super) fn set_handler(&mut self, waker: &Waker) {
        if self.handler.is_none() {
            self.handler = Some(waker.clone());
        }
    }

    /// Whether this wakes the handler itself, and not a task that it has spawned.
    pub(super) fn is_handler(&self, waker: &Waker) -> bool {
        self.handler.as_ref().is_some_and(|handler| handler.will_wake(waker))
    }

    /// The handler comes to something named `key`, or known by what it is.
    pub(super) fn come_to(
        &mut self,
        scope: Option<&str>,
        key: Option<&str>,
        fingerprint: String,
        label: String,
    ) -> Result<Point, AskError> {
        self.settle = Some(Call::settle);
        // Effects and questions may have the same names.
        let kind = if fingerprint == EFFECT { "~once/" } else { "" };
        let base = format!("{kind}{}", named(scope, key, &fingerprint));
        let twin = self.points.iter().find(|(point, _)| point.base == base);
        if let (Some(key), Some((twin, _))) = (key, twin) {
            let reason = format!(
                "{label:?} and {:?} both have the key {key:?}: give them two, or use `scope`",
                twin.label
            );
            // In the next round the first may be answered already: it has to be told now.
            self.set_fault(Error::protocol(ErrorCode::INTERNAL_ERROR, reason.clone()));
            return Err(AskError::Misused { reason });
        }
        let count = self.counts.entry(base.clone()).or_default();
        *count += 1;
        let key = if *count == 1 { base.clone() } else { format!("{base}~{count}") };
        self.next += 1;
        let point = Point { id: self.next, key, base, fingerprint, label };
        self.points.push((point.clone(), false));
        Ok(point)
    }

    /// The handler has what it came for, or does not want it any more.
    pub(super) fn leave(&mut self, point: &Point) {
        self.points.retain(|(other, _)| other.id != point.id);
        self.open.retain(|open| open.id != point.id);
    }

    /// What the log says of this point, if it is next; `Ready(None)`: the log is used up.
    pub(super) fn replay(&mut self, point: &Point, waker: &Waker) -> Poll<Result<Option<Outcome>, AskError>> {
        if self.over {
            return Poll::Ready(Err(AskError::Suspended));
        }
        let next = self.state.log.get(self.at).filter(|_| self.fault.is_none());
        let is_next = next.is_some_and(|next| next.key == point.key);
        if let Some(next) = next
            && is_next
            && next.fingerprint == point.fingerprint
        {
            let outcome = next.outcome.clone();
            self.at += 1;
            self.leave(point);
            self.wake();
            return Poll::Ready(Ok(Some(outcome)));
        }
        if is_next {
            self.fault = Some(self.diverged(&point.label));
        }
        let waits = self.has_more() || self.fault.is_some();
        if let Some((_, waiting)) = self.points.iter_mut().find(|(other, _)| other.id == point.id) {
            *waiting = waits;
        }
        if !waits {
            return Poll::Ready(Ok(None));
        }
        self.remember(waker);
        Poll::Pending
    }

    /// What a question comes to; while that is nothing, it waits for the client.
    pub(super) fn ask(
        &mut self,
        point: &Point,
        question: &Question,
        within: Option<Duration>,
        most: usize,
        waker: &Waker,
    ) -> Poll<Result<Turn, AskError>> {
        match self.replay(point, waker) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Ready(Ok(Some(outcome))) => return Poll::Ready(Ok(Turn::Replayed(outcome))),
            Poll::Ready(Ok(None)) => {}
        }
        let is_other = |asked: &Asked| asked.fingerprint != point.fingerprint;
        if self.state.asked.get(&point.key).is_some_and(is_other)
            && let Some(asked) = self.state.asked.remove(&point.key)
        {
            tracing::warn!(
                key = point.key,
                was = asked.label,
                is = point.label,
                "a question has changed between rounds"
            );
            self.awaits_answers = false;
            self.changed = Some((asked.label, point.label.clone()));
        }
        let misfits = self.state.asked.get(&point.key).map_or(0, |asked| asked.misfits);
        let wire_key = wire_key(&point.key, misfits);
        if let Some(asked) = self.state.asked.get_mut(&point.key) {
            if asked.until.is_some_and(|until| until <= now()) {
                self.tell(point, Outcome::TimedOut);
                return Poll::Ready(Ok(Turn::Replayed(Outcome::TimedOut)));
            }
            if let Some(answer) = asked.answer.take() {
                self.awaits_answers = false;
                return Poll::Ready(Ok(Turn::Answer(answer)));
            }
        } else if let Some(answer) = self.loose.remove(&wire_key) {
            return Poll::Ready(Ok(Turn::Answer(answer)));
        }
        if !self.open.iter().any(|open| open.id == point.id) {
            if self.open.len() >= most {
                // In the next round there would be room for it: it has to be told now.
                self.set_fault(super::too_many(most).into());
                return Poll::Pending;
            }
            let why = self.state.asked.get(&point.key).and_then(|asked| asked.why.as_deref());
            let limit = |time: Duration| now().saturating_add(milliseconds(time));
            self.open.push(Open {
                id: point.id,
                key: point.key.clone(),
                wire_key,
                question: why.map_or_else(|| question.clone(), |why| question.again(why)),
                fingerprint: point.fingerprint.clone(),
                label: point.label.clone(),
                until: within.map(limit),
            });
        }
        self.remember(waker);
        Poll::Pending
    }

    /// Writes down what the handler is told now.
    pub(super) fn tell(&mut self, point: &Point, outcome: Outcome) {
        self.awaits_answers = false;
        self.state.asked.remove(&point.key);
        self.state.log.push(Entry {
            key: point.key.clone(),
            fingerprint: point.fingerprint.clone(),
            label: point.label.clone(),
            outcome,
        });
        self.at = self.state.log.len();
        self.leave(point);
        self.wake();
    }

    /// An answer did not fit. Whether it is asked for again.
    pub(super) fn ask_again(&mut self, point: &Point, why: &str) -> bool {
        let asked = self.state.asked.entry(point.key.clone()).or_insert_with(|| Asked {
            fingerprint: point.fingerprint.clone(),
            label: point.label.clone(),
            ..Asked::default()
        });
        asked.misfits += 1;
        asked.why = Some(why.to_owned());
        asked.misfits < TRIES
    }

    /// Ends the run: what the client is to be asked is in `open`, the rest in `state`.
    pub(super) fn suspend(&mut self, most_rounds: u32) -> Result<(), Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if self.has_more() {
            let found: Vec<&str> = self.points.iter().map(|(point, _)| point.label.as_str()).collect();
            return Err(self.diverged(&found.join("\", \"")));
        }
        if self.state.round >= most_rounds {
            return Err(self.too_often(most_rounds));
        }
        self.state.round += 1;
        if self.state.round * 5 >= most_rounds * 4 {
            tracing::warn!(
                round = self.state.round,
                most_rounds,
                "a call asks in many rounds: ask together with `join!`"
            );
        }
        for open in &self.open {
            let asked = self.state.asked.entry(open.key.clone()).or_default();
            asked.fingerprint.clone_from(&open.fingerprint);
            asked.label.clone_from(&open.label);
            asked.until = asked.until.or(open.until);
        }
        Ok(())
    }

    /// Whoever still waits learns that this run is over.
    pub(super) fn close(&mut self) {
        self.over = true;
        self.wake();
        self.handler = None;
    }

    fn diverged(&self, found: &str) -> Error {
        let expected = self.state.log.get(self.at).map_or("", |entry| entry.label.as_str());
        let words = format!(
            "the handler took another path than in the round before: it was to come to \"{expected}\", and came \
             to \"{found}\"; put clock, random numbers and outside reads in `once`"
        );
        Error::protocol(ErrorCode::INTERNAL_ERROR, words)
            .with_data("expected", expected)
            .with_data("found", found)
            .with_data("round", self.state.round)
    }

    fn too_often(&self, most: u32) -> Error {
        let words = match &self.changed {
            Some((was, is)) => format!(
                "a question changes in every round, and so is never answered: it was {was:?} and is {is:?}; read \
                 what changes in `once`"
            ),
            None => format!("the call has asked in {most} rounds already; ask together with `join!`"),
        };
        Error::protocol(ErrorCode::INTERNAL_ERROR, words).with_data("rounds", most)
    }

    fn remember(&mut self, waker: &Waker) {
        if !self.is_handler(waker) && !self.wakers.iter().any(|known| known.will_wake(waker)) {
            self.wakers.push(waker.clone());
        }
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
        if let Some(handler) = &self.handler {
            handler.wake_by_ref();
        }
    }

    /// The largest thing in the state, for whoever has to make it smaller.
    pub(super) fn largest(&self) -> Option<(&str, usize)> {
        let size = |entry: &Entry| serde_json::to_string(&entry.outcome).map_or(0, |json| json.len());
        let sizes = self.state.log.iter().map(|entry| (entry.label.as_str(), size(entry)));
        sizes.max_by_key(|(_, size)| *size)
    }
}

/// What a question is called on the wire: a delivered key is never used again.
fn wire_key(key: &str, misfits: u32) -> String {
    if misfits == 0 { key.to_owned() } else { format!("{key}.{}", misfits + 1) }
}
