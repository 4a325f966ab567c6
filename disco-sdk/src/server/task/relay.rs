//! `tasks/result` of 2025-11-25: it waits for the end, and meanwhile is the stream on which the task
//! asks its questions and says how far it is.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::{Context as Polling, Poll};

use super::super::ask::{Answer, Sent};
use super::super::context::Context;
use super::super::outbox::Said;
use super::request::Written;
use super::{Live, Owner, Tasks, wire};
use crate::error::{AskError, Result};
use serde_json::Value;

/// Waits until the task has ended, and gives what it came to.
///
/// # Errors
/// What the call ended with, if that is an error; `-32602` if there is no such task.
pub(super) async fn result(tasks: &Tasks, id: &str, owner: Owner, context: &Context) -> Result<Written> {
    if let Some(live) = tasks.running(id, &owner) {
        follow(&live, context).await;
    }
    let record = tasks.get(id, &owner).await?;
    match wire::outcome(&record)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Written::new()),
    }
}

/// What a task that is followed has come to.
enum Step {
    Changed,
    Answered(String, Result<Answer, AskError>),
    Said(Said),
}

async fn follow(live: &Live, context: &Context) {
    let mut changes = live.changes();
    let mut sent: BTreeMap<String, Sent> = BTreeMap::new();
    while !changes.borrow_and_update().is_terminal() {
        ask(live, context, &mut sent);
        let step = tokio::select! {
            biased;
            (name, answer) = poll_fn(|cx| poll_answer(&sent, cx)) => Step::Answered(name, answer),
            said = poll_fn(|cx| live.said.take_or_wait(cx).map_or(Poll::Pending, Poll::Ready)) => Step::Said(said),
            _ = changes.changed() => Step::Changed,
        };
        match step {
            // Nobody is connected to a task that could go away.
            Step::Changed | Step::Said(Said::Pause(_)) => {}
            Step::Said(Said::Message(message)) => _ = context.outbox().push(message, usize::MAX),
            Step::Answered(name, answer) => {
                sent.remove(&name);
                match answer {
                    Ok(answer) => live.answer_one(name, answer),
                    // This stream has ended; another one will ask.
                    Err(_) => return,
                }
            }
        }
    }
}

/// Asks what is open and was not asked here, and takes back what is open no longer.
fn ask(live: &Live, context: &Context, sent: &mut BTreeMap<String, Sent>) {
    let open = live.board.open();
    sent.retain(|name, _| open.iter().any(|(other, ..)| other == name));
    for (name, question, request) in open {
        let can = |need| context.client().supports(need);
        if sent.contains_key(&name) || !question.needs().into_iter().all(can) {
            continue;
        }
        let params = wire::with_related(request["params"].clone(), &live.record().id);
        if let Ok(question) = Sent::again(context, question.method(), &params) {
            sent.insert(name, question);
        }
    }
}

fn poll_answer(
    sent: &BTreeMap<String, Sent>,
    cx: &mut Polling<'_>,
) -> Poll<(String, Result<Answer, AskError>)> {
    for (name, question) in sent {
        if let Poll::Ready(answer) = question.poll(cx) {
            return Poll::Ready((name.clone(), answer));
        }
    }
    Poll::Pending
}
