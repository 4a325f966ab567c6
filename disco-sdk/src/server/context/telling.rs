//! What a call says before its answer: how far it has come, lines of the log, that something has changed.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use super::Context;
use crate::protocol::jsonrpc;
use crate::protocol::logging::LogLevel;
use crate::protocol::method::Notice;
use crate::protocol::version::Feature;
use crate::server::ask::rounds::Rounds;
use crate::server::notifier::Notifier;

impl Context {
    /// Tells the client how far the call has come: `done` of `total` (`None` if nobody knows), and in
    /// words. Does nothing unless the client asked for progress; inside a task it is the words on how
    /// the task stands, too.
    ///
    /// Specification: basic/patterns/progress. `done` has to grow with every call.
    pub fn progress<'a>(
        &self,
        done: f64,
        total: impl Into<Option<f64>>,
        message: impl Into<Option<&'a str>>,
    ) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Params<'a> {
            progress_token: &'a RawValue,
            progress: f64,
            #[serde(skip_serializing_if = "Option::is_none")]
            total: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            message: Option<&'a str>,
        }
        let (total, message) = (total.into(), message.into());
        if let Some(live) = self.task() {
            live.set_progress(done, total, message);
        }
        let Some(progress_token) = self.0.progress_token.as_deref() else {
            return;
        };
        let message = message.filter(|_| self.0.version.has(Feature::ProgressMessage));
        self.speak(Notice::Progress, &Params { progress_token, progress: done, total, message });
    }

    /// Whether the client asked to be told how far the call has come.
    #[must_use]
    pub fn wants_progress(&self) -> bool {
        self.0.progress_token.is_some()
    }

    /// Sends a line of the log to the client: any value, a text most of the time. Does nothing if the
    /// client does not want this level.
    ///
    /// Specification: server/utilities/logging. On 2026-07-28 the client has to ask for it in the
    /// request itself. For the log of the server's own operator use `tracing`.
    pub fn log(&self, level: LogLevel, data: impl Serialize) {
        #[derive(Serialize)]
        struct Line<T> {
            level: LogLevel,
            data: T,
        }
        if self.0.log_level.is_some_and(|least| level >= least) {
            self.speak(Notice::Message, &Line { level, data });
        }
    }

    /// Tells every client that wants to know that something has changed.
    #[must_use]
    pub fn notifier(&self) -> &Notifier {
        let notifier = &self.0.core.notifier;
        self.2.as_ref().map_or(notifier, |home| home.notifier(notifier))
    }

    /// Ends the connection of a client that can come back for the rest, so that a long call does not
    /// hold one open. The call goes on; what it says and its answer wait for the client, which is told to
    /// come back after `retry`. Only clients of 2025-11-25 over HTTP can; elsewhere it does nothing.
    ///
    /// Specification: 2025-11-25, basic/transports "sending messages to the server". How long the
    /// answer waits is [`Limits::replay`](crate::Limits::replay).
    ///
    /// ```
    /// use std::time::Duration;
    /// use disco_sdk::prelude::*;
    ///
    /// /// Builds the project, which takes a while.
    /// #[tool]
    /// async fn build(cx: Context) -> &'static str {
    ///     cx.close_stream(Duration::from_secs(5));
    ///     // It is built, and then:
    ///     "built"
    /// }
    /// ```
    pub fn close_stream(&self, retry: Duration) {
        self.0.outbox.pause(retry, self.queue_limit());
    }

    fn speak(&self, notice: Notice, params: &impl Serialize) {
        if self.rounds().is_some_and(Rounds::is_replaying) {
            // The client has heard it in the round before.
            return;
        }
        if let Some(live) = self.task() {
            live.say(notice, serde_json::to_value(params).unwrap_or_default(), self.queue_limit());
            return;
        }
        let message = jsonrpc::notification(notice.as_str(), params);
        if !self.0.outbox.push(message, self.queue_limit()) {
            tracing::debug!(notice = notice.as_str(), "a notification was dropped");
        }
    }
}
