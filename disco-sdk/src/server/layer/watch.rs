//! How a call ends, told once: when it has answered, and also when nobody waits for it any more.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use super::call::{Call, Kind};
use super::outcome::Outcome;
use super::within::Next;
use crate::error::{Error, Result};
use crate::protocol::version::Version;
use crate::server::BoxFuture;
use crate::server::answer;

/// How a call has ended, or one run of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// It has answered.
    Answered,
    /// It has failed, and whoever called is told why.
    #[non_exhaustive]
    Failed {
        /// As OpenTelemetry has it: `tool_error` for the result of a tool, else the number of the error.
        error_type: String,
        /// The name of the failure, such as `TIMED_OUT`, if it has one.
        code: Option<String>,
    },
    /// It has asked the client, and begins anew when the answers are there (since 2026-07-28).
    Asked,
    /// Nobody waits for it any more: it was cancelled, or its time was up.
    Dropped,
    /// The handler has panicked.
    Panicked,
}

impl Ending {
    /// What OpenTelemetry calls `error.type`; `None` where nothing has failed.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        match self {
            Self::Answered | Self::Asked => None,
            Self::Failed { error_type, .. } => Some(error_type),
            Self::Dropped => Some("cancelled"),
            Self::Panicked => Some("panic"),
        }
    }

    fn of(outcome: &Result<Outcome>, kind: Kind, version: Version) -> Self {
        let failed = |error_type: String, code: Option<&str>| Self::Failed {
            error_type,
            code: code.map(str::to_owned),
        };
        let of_error = |error: &Error| match kind {
            Kind::Tool if !error.is_protocol() => failed("tool_error".to_owned(), error.name()),
            _ => failed(answer::code(error, version).0.to_string(), error.name()),
        };
        match outcome {
            Ok(outcome) if outcome.is_error() => failed("tool_error".to_owned(), outcome.error_code()),
            Ok(_) => Self::Answered,
            Err(error) => of_error(error),
        }
    }
}

/// Who wants to know how a call ends.
struct Watch<F: FnOnce(&Ending, Duration, Option<&Outcome>)> {
    tell: Option<F>,
    start: Instant,
    has_asked: bool,
    is_polled: bool,
}

impl<F: FnOnce(&Ending, Duration, Option<&Outcome>)> Watch<F> {
    fn end(&mut self, ending: &Ending, outcome: Option<&Outcome>) {
        if let Some(tell) = self.tell.take() {
            tell(ending, self.start.elapsed(), outcome);
        }
    }
}

impl<F: FnOnce(&Ending, Duration, Option<&Outcome>)> Drop for Watch<F> {
    fn drop(&mut self) {
        let ending = match (self.is_polled, self.has_asked) {
            (true, _) => Ending::Panicked,
            (false, true) => Ending::Asked,
            (false, false) => Ending::Dropped,
        };
        self.end(&ending, None);
    }
}

/// Goes on with a call, and tells once how it ends and how long that took.
pub(super) fn watched(
    call: Call,
    next: Next,
    tell: impl FnOnce(&Ending, Duration, Option<&Outcome>) + Send + 'static,
) -> BoxFuture<'static, Result<Outcome>> {
    let (context, kind) = (call.context().clone(), call.kind());
    let mut watch = Watch { tell: Some(tell), start: Instant::now(), has_asked: false, is_polled: false };
    let mut future = next.run(call);
    Box::pin(poll_fn(move |cx| {
        watch.is_polled = true;
        let polled = future.as_mut().poll(cx);
        watch.is_polled = false;
        match &polled {
            Poll::Ready(outcome) => {
                let ending = Ending::of(outcome, kind, context.version());
                watch.end(&ending, outcome.as_ref().ok());
            }
            Poll::Pending => watch.has_asked = context.has_asked(),
        }
        polled
    }))
}
