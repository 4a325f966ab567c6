//! A layer that gives calls so much time and no more.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::call::Call;
use super::outcome::Outcome;
use super::within::{Handle, Next, is_layer};
use crate::error::Result;
use crate::server::BoxFuture;
use crate::server::deadline::Deadline;

/// Stops what takes longer, and tells the caller: `TIMED_OUT`. Time in which the client is asked something
/// does not count, and since 2026-07-28 each run of a handler that asks has all of it.
///
/// [`Server::timeout`](crate::Server::timeout) and `#[tool(timeout = ..)]` say the same without a layer, for a
/// whole server and for one tool. This is for what lies between: one value, a group of functions, or only what
/// lies behind another layer, so that waiting in a queue does not count.
#[derive(Clone, Copy, Debug)]
pub struct Timeout {
    limit: Duration,
}

impl Timeout {
    /// So much time for each call.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl Handle for Timeout {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        let context = call.context().clone();
        let mut deadline = Deadline::new(self.limit);
        let mut future = next.run(call);
        Box::pin(poll_fn(move |cx| match future.as_mut().poll(cx) {
            Poll::Ready(outcome) => Poll::Ready(outcome),
            Poll::Pending => deadline.poll(context.is_asking(), cx).map(Err),
        }))
    }
}

is_layer!(Timeout);
