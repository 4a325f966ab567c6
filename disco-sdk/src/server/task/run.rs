//! A task at work: it polls the handler that the call has begun, and keeps the store informed.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::answer;
use super::super::context::Context;
use super::super::deadline::Deadline;
use super::super::work::Work;
use super::{Live, TaskState, wire};
use crate::error::Error;
use crate::transport::Reply;

/// How much of a failed result is told in the words on how a task stands.
const LONGEST_REASON: usize = 200;

/// What a call was doing when it became a task.
pub(crate) enum Doing {
    Work(Work),
    /// It was done in the same breath.
    Done(Reply),
}

/// What the call is answered with.
pub(super) fn created(context: &Context, live: &Live) -> Reply {
    let (id, version) = (context.request_id(), context.version());
    let members = wire::created(&live.record(), version);
    answer::result_of_type("task", id, version, context.core().tail(), None, answer::members(&members))
}

/// Goes on with a call as a task of its own.
pub(super) fn start(context: Context, live: Arc<Live>, doing: Doing) {
    tokio::spawn(run(context, live, doing));
}

async fn run(context: Context, live: Arc<Live>, mut doing: Doing) {
    let Some(hold) = context.task_slot().and_then(super::Slot::take_hold) else {
        return;
    };
    live.started.now();
    let mut changes = live.changes();
    let mut saved = live.record();
    let mut saving = None;
    let mut deadline = doing.timeout().map(Deadline::new);
    let mut ttl = Box::pin(tokio::time::sleep(Duration::from_millis(saved.ttl)));
    let reply = loop {
        tokio::select! {
            biased;
            () = live.ended.said() => break None,
            () = &mut ttl => {
                live.cancel("its time is over");
                break None;
            }
            reply = poll_fn(|cx| doing.poll(cx, &context)) => break Some(reply),
            error = poll_fn(|cx| poll_deadline(&mut deadline, &live, cx)) => {
                tracing::warn!(parent: context.span(), %error, "a task has taken too long");
                break doing.fail(&error, &context);
            }
            () = poll_fn(|cx| poll_optional(&mut saving, cx)), if saving.is_some() => saving = None,
            Ok(()) = changes.changed(), if saving.is_none() => {
                let next = Arc::clone(&changes.borrow_and_update());
                if next.differs(&saved) {
                    saving = Some(Box::pin(hold.tasks().save(Arc::clone(&next))));
                    saved = next;
                }
            }
        }
    };
    drop(doing);
    context.cancel();
    if let Some(reply) = reply {
        finish(&live, &reply, context.core().limits.task_result);
    }
    live.close();
    if let Some(saving) = saving {
        saving.await;
    }
    hold.tasks().save(live.record()).await;
    tracing::debug!(task = live.record().id, status = ?live.record().state.status(), "a task has ended");
}

/// Ready when the time of the tool is up; it does not run while the client has to answer something.
fn poll_deadline(
    deadline: &mut Option<Deadline>,
    live: &Live,
    cx: &mut std::task::Context<'_>,
) -> Poll<Error> {
    let is_asking = matches!(live.record().state, TaskState::InputRequired { .. });
    deadline.as_mut().map_or(Poll::Pending, |deadline| deadline.poll(is_asking, cx))
}

impl Doing {
    fn timeout(&self) -> Option<Duration> {
        match self {
            Self::Work(work) => work.own_timeout(),
            Self::Done(_) => None,
        }
    }

    fn fail(&self, error: &Error, context: &Context) -> Option<Reply> {
        match self {
            Self::Work(work) => Some(work.fail(error, context)),
            Self::Done(_) => None,
        }
    }

    fn poll(&mut self, cx: &mut std::task::Context<'_>, context: &Context) -> Poll<Reply> {
        match self {
            Self::Work(work) => work.poll_caught(cx, context),
            Self::Done(reply) => Poll::Ready(std::mem::take(reply)),
        }
    }
}

fn poll_optional<F: Future<Output = ()> + Unpin>(
    future: &mut Option<F>,
    cx: &mut std::task::Context<'_>,
) -> Poll<()> {
    match future {
        Some(future) => std::pin::Pin::new(future).poll(cx),
        None => Poll::Pending,
    }
}

/// Takes the answer that the call would have given apart.
fn finish(live: &Live, reply: &Reply, most: usize) {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        result: Option<&'a RawValue>,
        error: Option<Value>,
    }
    let internal = |words: String| serde_json::json!({"code": -32603, "message": words});
    let answer: Answer<'_> = match serde_json::from_slice(&reply.body) {
        Ok(answer) => answer,
        Err(error) => return live.fail(internal(error.to_string())),
    };
    match (answer.result, answer.error) {
        (Some(result), _) if result.get().len() > most => {
            let size = result.get().len();
            live.fail(internal(format!("the result has {size} bytes, and {most} is the most for a task")));
        }
        (Some(result), _) => {
            let facts: Value = serde_json::from_str(result.get()).unwrap_or_default();
            let is_error = facts["isError"] == true;
            let content = facts["content"].as_array().filter(|_| is_error);
            let text = content.into_iter().flatten().find_map(|content| content["text"].as_str());
            let words = text.map(|text| text.chars().take(LONGEST_REASON).collect());
            live.complete(result.to_owned(), is_error, words);
        }
        (None, error) => live.fail(error.unwrap_or_else(|| internal("there was no answer".to_owned()))),
    }
}
