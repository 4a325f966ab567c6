//! Several messages in one array, which only 2025-03-26 has (basic "batching").

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context as Polling, Poll};

use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::answer;
use super::era;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc::{self, Malformed, Message, Request};
use crate::protocol::method::Method;
use crate::protocol::version::{Feature, Version};
use crate::transport::{Accepted, Answering, Event, Limits, Reply, Running};

/// Whether this is an array and no message.
pub(crate) fn is_one(message: &[u8]) -> bool {
    message.trim_ascii_start().first() == Some(&b'[')
}

/// Takes every message of a batch. The answers are one array; what is said before goes out one by one.
pub(crate) fn accept(
    batch: &[u8],
    version: Version,
    limits: &Limits,
    cx: &mut Polling<'_>,
    mut take: impl FnMut(Result<Message<'_>, Malformed>, &mut Polling<'_>) -> Accepted,
) -> Accepted {
    let messages = match messages(batch, version, limits.batch) {
        Ok(messages) => messages,
        Err(error) => return Accepted::Answer(answer::error(None, version, &error)),
    };
    let mut ids = HashSet::new();
    let (mut open, mut answers) = (Vec::new(), Vec::new());
    for message in messages {
        let message = jsonrpc::parse(message.get().as_bytes(), limits.depth).and_then(|message| {
            match &message {
                Message::Request(request) => fits(request, version)
                    .and_then(
                        |()| if ids.insert(request.id.clone()) { Ok(()) } else { Err(doubled(request)) },
                    )
                    .map_err(|error| Malformed { id: Some(request.id.clone()), error })?,
                Message::Notification(_) | Message::Response(_) => {}
            }
            Ok(message)
        });
        match take(message, cx) {
            Accepted::Nothing => {}
            Accepted::Answer(reply) => answers.push(reply.body),
            Accepted::Running(running) => open.push(running),
        }
    }
    if !open.is_empty() {
        return Accepted::Running(Running::new(Batch { open, answers, next: 0 }, version));
    }
    joined(&answers).map_or(Accepted::Nothing, Accepted::Answer)
}

/// The messages of a batch, not yet read.
fn messages(batch: &[u8], version: Version, most: usize) -> Result<Vec<&RawValue>> {
    let invalid = |words: String| Err(Error::protocol(ErrorCode::INVALID_REQUEST, words));
    if !version.has(Feature::Batches) {
        let with = Version::ALL.into_iter().find(|version| version.has(Feature::Batches));
        let with = with.map_or("", Version::as_str);
        return invalid(format!(
            "batches exist in revision {with} only, and this is {version}: send one message at a time"
        ));
    }
    let no_json =
        |error: &dyn fmt::Display| Error::protocol(ErrorCode::PARSE_ERROR, format!("not JSON: {error}"));
    let batch = str::from_utf8(batch).map_err(|error| no_json(&error))?;
    let mut reader = serde_json::Deserializer::from_str(batch);
    let messages = AtMost(most).deserialize(&mut reader).and_then(|messages| {
        reader.end()?;
        Ok(messages)
    });
    match messages {
        Ok(messages) if messages.is_empty() => invalid("a batch has at least one message".into()),
        Ok(messages) => Ok(messages),
        Err(error) if error.is_data() => {
            invalid(format!("a batch has at most {most} messages here: send the others in another one"))
        }
        Err(error) => Err(no_json(&error)),
    }
}

/// Whether a request may be part of a batch.
fn fits(request: &Request<'_>, version: Version) -> Result<()> {
    let words = if request.method.as_str() == Method::Initialize.as_str() {
        // 2025-03-26, basic/lifecycle "initialization".
        "`initialize` may not be part of a batch"
    } else if era::meta_of(request).is_ok_and(|meta| era::is_modern(request, meta.as_deref())) {
        "a request that names its own revision may not be part of a batch"
    } else {
        return Ok(());
    };
    let error = Error::protocol(ErrorCode::INVALID_REQUEST, words);
    Err(error.with_suggestion(format!("send it by itself; this is a batch of {version}")))
}

fn doubled(request: &Request<'_>) -> Error {
    let words = format!("two requests of this batch have the id {}", request.id);
    Error::protocol(ErrorCode::INVALID_REQUEST, words)
}

/// The answers as one array; `None` if there are none.
fn joined(answers: &[Vec<u8>]) -> Option<Reply> {
    if answers.is_empty() {
        return None;
    }
    let mut body = answers.join(&b',');
    body.insert(0, b'[');
    body.push(b']');
    Some(Reply { body, ..Reply::default() })
}

/// The calls of a batch that are under way.
struct Batch {
    open: Vec<Running>,
    answers: Vec<Vec<u8>>,
    /// Whose turn it is.
    next: usize,
}

impl Answering for Batch {
    fn poll_event(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Event> {
        let mut waiting = 0;
        while waiting < self.open.len() {
            let at = self.next % self.open.len();
            match self.open[at].poll_event(cx) {
                Poll::Pending => {
                    waiting += 1;
                    self.next = at + 1;
                }
                Poll::Ready(Event::Answer(reply)) => {
                    self.answers.push(reply.body);
                    self.open.remove(at);
                }
                Poll::Ready(Event::Gone) => drop(self.open.remove(at)),
                Poll::Ready(said) => {
                    self.next = at + 1;
                    return Poll::Ready(said);
                }
            }
        }
        if !self.open.is_empty() {
            return Poll::Pending;
        }
        let answers = std::mem::take(&mut self.answers);
        Poll::Ready(joined(&answers).map_or(Event::Gone, Event::Answer))
    }

    fn wind_down(mut self: Pin<&mut Self>) {
        self.open.iter_mut().for_each(Running::wind_down);
    }
}

/// Reads an array of at most so many values, and stops at the first that is too much.
struct AtMost(usize);

impl<'de> DeserializeSeed<'de> for AtMost {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for AtMost {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} messages", self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut messages = Vec::new();
        while let Some(message) = seq.next_element()? {
            if messages.len() == self.0 {
                return Err(A::Error::custom("too many"));
            }
            messages.push(message);
        }
        Ok(messages)
    }
}
