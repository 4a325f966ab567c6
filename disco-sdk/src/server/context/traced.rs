//! The trace that a call belongs to, and what its span says of it.

use tracing::Span;
use tracing::field::display;

use super::Context;
use crate::protocol::method::Method;
use crate::protocol::trace::TraceContext;

impl Context {
    /// The trace that the request belongs to, if it says so: to be handed on in requests of the
    /// handler's own. The handler runs inside of a `tracing` span `mcp.request` that has it too. In a retry
    /// (since 2026-07-28) that span also says in which `round` the call is, and whether it is `replaying`
    /// what the handler did before.
    #[must_use]
    pub fn trace(&self) -> Option<&TraceContext> {
        self.0.trace.as_deref()
    }

    pub(crate) fn span(&self) -> &Span {
        &self.0.span
    }

    /// Has the span of a retry say where the handler is.
    pub(crate) fn record_replay(&self) {
        if let Some((rounds, round)) = self.rounds().and_then(|rounds| Some((rounds, rounds.round()?))) {
            self.0.span.record("round", round);
            self.0.span.record("replaying", rounds.is_replaying());
        }
    }

    /// Has the span say which tool or prompt is called; `field` is what OpenTelemetry calls its name.
    pub(crate) fn record_target(&self, method: Method, field: &'static str, target: &str) {
        let span = &self.0.span;
        span.record(field, target);
        span.record("otel.name", display(format_args!("{} {target}", method.as_str())));
    }

    /// What it came over, as OpenTelemetry calls it; `None` if it has not left the process.
    #[cfg(feature = "layers")]
    pub(crate) fn network(&self) -> Option<&'static str> {
        self.0.network
    }
}
