//! A question that was sent, while the handler that asked is kept: its answer, or who waits for it.

use std::task::{Context as Polling, Poll, Waker};

use serde_json::Value;

/// The result, or the error of the client.
pub(crate) type Answer = Result<Value, Value>;

/// An answer that is there, or will be.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    answer: Option<Answer>,
    waker: Option<Waker>,
}

impl Waiting {
    /// Whether nobody has answered yet.
    pub(crate) fn is_open(&self) -> bool {
        self.answer.is_none()
    }

    /// Takes an answer, and gives whom to wake.
    pub(crate) fn answer(&mut self, answer: Answer) -> Option<Waker> {
        self.answer = Some(answer);
        self.waker.take()
    }

    /// Whom to wake when no answer will come.
    pub(crate) fn give_up(&mut self) -> Option<Waker> {
        self.waker.take()
    }

    /// The answer; if there is none, `cx` is woken when there is.
    pub(crate) fn poll(&mut self, cx: &mut Polling<'_>) -> Poll<Answer> {
        if let Some(answer) = self.answer.take() {
            return Poll::Ready(answer);
        }
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}
