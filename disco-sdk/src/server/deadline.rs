//! How long a call may take. Only time counts in which nobody was asked anything.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::error::Error;

/// What is left of a call's time.
#[derive(Debug)]
pub(crate) struct Deadline {
    limit: Duration,
    left: Duration,
    /// `None` while the client has to answer something.
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    since: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Deadline {
    /// All of `limit` is left; the clock does not run yet.
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, left: limit, running: None }
    }

    /// Ready when time is up. To be polled whenever the call was, with whether it waits for the client.
    pub(crate) fn poll(&mut self, is_asking: bool, cx: &mut Context<'_>) -> Poll<Error> {
        if is_asking {
            if let Some(running) = self.running.take() {
                self.left = self.left.saturating_sub(running.since.elapsed());
            }
            return Poll::Pending;
        }
        if self.running.is_none() && tokio::runtime::Handle::try_current().is_err() {
            return Poll::Pending;
        }
        let left = self.left;
        let running = self.running.get_or_insert_with(|| {
            let since = Instant::now();
            // What no clock can reach has no end.
            let end = since.checked_add(left).unwrap_or_else(|| since + Duration::from_hours(24 * 365));
            Running { since, sleep: Box::pin(sleep_until(end)) }
        });
        running.sleep.as_mut().poll(cx).map(|()| self.timed_out())
    }

    fn timed_out(&self) -> Error {
        Error::new(format!("this took longer than {:?}, and was stopped", self.limit))
            .with_code("TIMED_OUT")
            .with_suggestion("ask for less at once, or try again later")
            .with_data("limitMs", u64::try_from(self.limit.as_millis()).unwrap_or(u64::MAX))
    }
}
