//! A question as a handler awaits it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Polling, Poll};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Sleep, sleep};

use super::super::context::Context;
use super::super::task::Posted;
use super::direct::Sent;
use super::journal::{Outcome, Turn};
use super::question::{Question, Said};
use super::visit::Visit;
use super::waiting::Answer;
use super::{Asking, once};
use crate::error::{AskError, ErrorCode};
use crate::protocol::version::Feature;

/// How often a question is asked until an answer fits.
pub(super) const TRIES: u32 = 3;

/// Turns an answer into what the handler wants.
type Read<T> = Arc<dyn Fn(&Value) -> Result<T, String> + Send + Sync>;

/// A question to the client: await it. Nothing is sent before that.
///
/// Questions that are awaited together, by `join!`, are asked together.
#[must_use = "a question is asked when it is awaited"]
pub struct Ask<T> {
    context: Context,
    question: Question,
    read: Read<T>,
    pub(super) key: Option<String>,
    pub(super) within: Option<Duration>,
    /// What a "no" means, if it is no error.
    no: Option<fn() -> T>,
    tries: u32,
    stage: Stage,
}

enum Stage {
    New,
    Asked(Asked, Option<Pin<Box<Sleep>>>),
    Visit(Visit),
    Done,
}

/// A question that was asked while the handler is kept.
enum Asked {
    /// On the call's stream.
    Sent(Sent),
    /// Where the task tells what it waits for.
    Posted(Posted),
}

impl Asked {
    fn poll(&self, cx: &mut Polling<'_>) -> Poll<Result<Answer, AskError>> {
        match self {
            Self::Sent(sent) => sent.poll(cx),
            Self::Posted(posted) => posted.poll(cx),
        }
    }
}

impl<T> fmt::Debug for Ask<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("question", &self.question).finish_non_exhaustive()
    }
}

impl<T> Ask<T> {
    pub(super) fn new(
        context: &Context,
        question: Question,
        read: impl Fn(&Value) -> Result<T, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            context: context.clone(),
            question,
            read: Arc::new(read),
            key: None,
            within: None,
            no: None,
            tries: 0,
            stage: Stage::New,
        }
    }

    /// Names the question. Without a name it is known by what it asks; two that ask the same at once,
    /// behind work whose order may change, need names or [scopes](Context::scope).
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Waits no longer than this for the answer, and then fails with [`AskError::TimedOut`].
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Takes a "no" for `None`, whether the person declined or dismissed the question.
    pub fn optional(self) -> Ask<Option<T>>
    where
        T: 'static,
    {
        let read = self.read;
        Ask {
            context: self.context,
            question: self.question,
            read: Arc::new(move |answer| read(answer).map(Some)),
            key: self.key,
            within: self.within,
            no: Some(|| None),
            tries: 0,
            stage: Stage::New,
        }
    }

    fn begin(&mut self) -> Result<Stage, AskError> {
        if once::is_inside() {
            let reason = "a question inside `once` would be asked again: ask before it".to_owned();
            return Err(AskError::Misused { reason });
        }
        let question = &self.question;
        let unsupported = || question.needs().into_iter().find(|need| !self.context.client().supports(*need));
        if let Some(live) = self.context.task() {
            if let Some(need) = unsupported() {
                return Err(self.unsupported(question, need.required()));
            }
            let posted = Posted::new(&self.context, live, self.key.as_deref(), question)?;
            return Ok(self.asked(Asked::Posted(posted)));
        }
        match self.context.asking() {
            Asking::Never => {
                let reason = "only tools, prompts and resources can ask".to_owned();
                Err(AskError::Misused { reason })
            }
            Asking::Direct(direct) => {
                if let Some(need) = unsupported() {
                    return Err(self.unsupported(question, need.required()));
                }
                if let Some(required) = self.required(question)? {
                    return Err(required);
                }
                let sent = Sent::new(&self.context, direct, question)?;
                Ok(self.asked(Asked::Sent(sent)))
            }
            Asking::Rounds(_) => {
                if let Some(need) = unsupported() {
                    return Err(self.unsupported(question, need.required()));
                }
                Visit::ask(&self.context, self.key.as_deref(), question).map(Stage::Visit)
            }
        }
    }

    /// It waits, and for how long.
    fn asked(&self, asked: Asked) -> Stage {
        let limit = self.within.unwrap_or(self.context.bounds().answer);
        let has_clock = tokio::runtime::Handle::try_current().is_ok();
        Stage::Asked(asked, has_clock.then(|| Box::pin(sleep(limit))))
    }

    /// Where the person has to go before the call can do anything, if the revision has an error for that.
    fn required(&self, question: &Question) -> Result<Option<AskError>, AskError> {
        let version = self.context.version();
        match question {
            Question::Url { link, .. } if link.is_required && version.has(Feature::ElicitationId) => {
                let elicitation =
                    question.params(version, "").map_err(|reason| AskError::Misused { reason })?;
                Ok(Some(AskError::UrlRequired { question: question.label(), elicitation }))
            }
            _ => Ok(None),
        }
    }

    fn unsupported(&self, question: &Question, required: Value) -> AskError {
        let has_code = self.context.version().has(Feature::MultiRoundTrip);
        AskError::Unsupported { question: question.label(), required, has_code }
    }

    /// What an answer means that came while the handler was kept; `None`: it did not fit, and is asked for again.
    fn take(&mut self, answer: Answer) -> Option<Result<T, AskError>> {
        let question = &self.question;
        let label = question.label();
        let said = match answer {
            Ok(answer) => question.shape(answer),
            Err(error) => return Some(Err(refused(label, &error))),
        };
        let reason = match said {
            Ok(Said::Declined) => return Some(self.no(AskError::Declined { question: label })),
            Ok(Said::Cancelled) => return Some(self.no(AskError::Cancelled { question: label })),
            Ok(Said::Accepted(content)) => match (self.read)(&content) {
                Ok(value) => return Some(Ok(value)),
                Err(reason) => reason,
            },
            Err(reason) => reason,
        };
        self.tries += 1;
        if self.tries >= TRIES {
            return Some(Err(AskError::Invalid { question: label, reason }));
        }
        let again = question.again(&reason);
        self.question = again;
        None
    }

    /// One look at a question of the modern era; `None`: it did not fit, and is asked for again.
    fn visit(&self, visit: &Visit, cx: &mut Polling<'_>) -> Poll<Option<Result<T, AskError>>> {
        let question = &self.question;
        match visit.poll_ask(question, self.within, cx) {
            Poll::Pending => {
                let lacks = visit.lacks(question);
                lacks.map_or(Poll::Pending, |need| Poll::Ready(Some(Err(self.unsupported(question, need)))))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(Turn::Replayed(outcome))) => {
                Poll::Ready(Some(self.told(question.label(), outcome)))
            }
            Poll::Ready(Ok(Turn::Answer(answer))) => {
                let outcome = match question.shape(answer) {
                    Ok(Said::Declined) => Outcome::Declined,
                    Ok(Said::Cancelled) => Outcome::Cancelled,
                    Ok(Said::Accepted(content)) => match (self.read)(&content) {
                        Ok(_) => Outcome::Accepted(content),
                        Err(why) if visit.ask_again(&why) => return Poll::Ready(None),
                        Err(why) => Outcome::Invalid(why),
                    },
                    Err(why) => {
                        visit.malformed(&why);
                        return Poll::Pending;
                    }
                };
                visit.tell(outcome.clone());
                Poll::Ready(Some(self.told(question.label(), outcome)))
            }
        }
    }

    /// What the handler is told, now or again.
    fn told(&self, question: String, outcome: Outcome) -> Result<T, AskError> {
        match outcome {
            Outcome::Accepted(content) => (self.read)(&content).map_err(|reason| AskError::Misused {
                reason: format!("what was answered to {question:?} cannot be read any more: {reason}"),
            }),
            Outcome::Declined => self.no(AskError::Declined { question }),
            Outcome::Cancelled => self.no(AskError::Cancelled { question }),
            Outcome::Invalid(reason) => Err(AskError::Invalid { question, reason }),
            Outcome::TimedOut => Err(AskError::TimedOut { question }),
            Outcome::Done(_) | Outcome::Failed(_) => {
                Err(AskError::Misused { reason: format!("{question:?} was no question in the round before") })
            }
        }
    }

    fn no(&self, error: AskError) -> Result<T, AskError> {
        self.no.map_or(Err(error), |no| Ok(no()))
    }

    fn timed_out(&self) -> AskError {
        AskError::TimedOut { question: self.question.label() }
    }
}

fn refused(question: String, error: &Value) -> AskError {
    let code = error["code"].as_i64().and_then(|code| i32::try_from(code).ok());
    let message = error["message"].as_str().unwrap_or("no reason given").to_owned();
    AskError::Refused { question, code: code.unwrap_or(ErrorCode::INTERNAL_ERROR.0), message }
}

impl<T> Unpin for Ask<T> {}

impl<T> Future for Ask<T> {
    type Output = Result<T, AskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            match &mut this.stage {
                Stage::New => match this.begin() {
                    Ok(stage) => this.stage = stage,
                    Err(error) => {
                        this.stage = Stage::Done;
                        return Poll::Ready(Err(error));
                    }
                },
                Stage::Asked(asked, limit) => {
                    let polled = asked.poll(cx);
                    let is_late = polled.is_pending()
                        && limit.as_mut().is_some_and(|limit| limit.as_mut().poll(cx).is_ready());
                    let answer = match polled {
                        Poll::Ready(answer) => answer,
                        Poll::Pending if is_late => Err(this.timed_out()),
                        Poll::Pending => return Poll::Pending,
                    };
                    // Dropping what was sent takes it back, if nobody has answered.
                    this.stage = Stage::Done;
                    let taken = match answer {
                        Ok(answer) => this.take(answer),
                        Err(error) => Some(Err(error)),
                    };
                    match taken {
                        Some(done) => return Poll::Ready(done),
                        None => this.stage = Stage::New,
                    }
                }
                Stage::Visit(_) => {
                    let Stage::Visit(visit) = std::mem::replace(&mut this.stage, Stage::Done) else {
                        continue;
                    };
                    match this.visit(&visit, cx) {
                        Poll::Pending => {
                            this.stage = Stage::Visit(visit);
                            return Poll::Pending;
                        }
                        Poll::Ready(Some(done)) => return Poll::Ready(done),
                        Poll::Ready(None) => this.stage = Stage::Visit(visit),
                    }
                }
                Stage::Done => return Poll::Ready(Err(AskError::Suspended)),
            }
        }
    }
}
