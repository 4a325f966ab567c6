//! A layer that makes a `tracing` span of every call, with OpenTelemetry's names.

use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};

use super::call::{Call, Kind};
use super::outcome::Outcome;
use super::watch::watched;
use super::within::{Handle, Next, is_layer};
use crate::error::{Result, shortened_to};
use crate::server::BoxFuture;

/// Makes a span `mcp.call` of level INFO of every call, and says at its end how it went. The names of its
/// fields are those of OpenTelemetry's semantic conventions for MCP and for the execution of tools:
/// `mcp.method.name`, `mcp.protocol.version`, `mcp.session.id` (a session's name inside of the server: the one that
/// its client sends opens it, and stands in no log), `network.transport` (`tcp` or `pipe`), `jsonrpc.request.id`,
/// `gen_ai.operation.name` (`execute_tool`), `gen_ai.tool.name`, `gen_ai.prompt.name`, `mcp.resource.uri`,
/// `error.type`, and for `tracing-opentelemetry` `otel.name` (`tools/call add`), `otel.kind` and `otel.status_code`.
///
/// Every request has a span `mcp.request` with these names without it, of kind `server`, of level INFO if the client
/// traces it, else DEBUG; this one is inside of that, and `internal`. It is for servers whose log is to tell of each
/// call: where nobody listens for the other, it is of kind `server` itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trace {
    arguments: Option<usize>,
    results: Option<usize>,
}

impl Trace {
    /// Spans without arguments and results, which may be private.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the first `most` characters of the arguments of tools: `gen_ai.tool.call.arguments`.
    #[must_use]
    pub fn arguments(mut self, most: usize) -> Self {
        self.arguments = Some(most);
        self
    }

    /// With the first `most` characters of the results of tools, if they have not failed:
    /// `gen_ai.tool.call.result`.
    #[must_use]
    pub fn results(mut self, most: usize) -> Self {
        self.results = Some(most);
        self
    }
}

fn span(call: &Call) -> Span {
    let (kind, context) = (call.kind(), call.context());
    let method = kind.method();
    let span = tracing::info_span!(
        "mcp.call",
        "otel.name" = Empty,
        "otel.kind" = if context.span().is_disabled() { "server" } else { "internal" },
        "otel.status_code" = Empty,
        "mcp.method.name" = method,
        "mcp.protocol.version" = context.version().as_str(),
        "mcp.session.id" = context.owner().session(),
        "network.transport" = context.network(),
        "jsonrpc.request.id" = %context.request_id(),
        "gen_ai.operation.name" = Empty,
        "gen_ai.tool.name" = Empty,
        "gen_ai.tool.call.arguments" = Empty,
        "gen_ai.tool.call.result" = Empty,
        "gen_ai.prompt.name" = Empty,
        "mcp.resource.uri" = Empty,
        "error.type" = Empty,
    );
    match kind {
        Kind::Tool => {
            span.record("gen_ai.operation.name", "execute_tool");
            span.record("gen_ai.tool.name", call.name());
            span.record("otel.name", display(format_args!("{method} {}", call.name())));
        }
        Kind::Prompt => {
            span.record("gen_ai.prompt.name", call.name());
            span.record("otel.name", display(format_args!("{method} {}", call.name())));
        }
        Kind::Resource => {
            span.record("mcp.resource.uri", call.uri());
            span.record("otel.name", method);
        }
    }
    span
}

impl Handle for Trace {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        let span = span(&call);
        if span.is_disabled() {
            return next.run(call);
        }
        if let (Some(most), Kind::Tool, Some(arguments)) = (self.arguments, call.kind(), call.arguments()) {
            span.record("gen_ai.tool.call.arguments", shortened_to(most, arguments.get()));
        }
        let (results, at) = (self.results, span.clone());
        let future = watched(call, next, move |ending, duration, outcome| {
            if let Some(error) = ending.error_type() {
                at.record("error.type", error);
                at.record("otel.status_code", "ERROR");
            }
            let output = outcome.filter(|outcome| !outcome.is_error()).and_then(Outcome::tool);
            if let (Some(most), Some(output)) = (results, output) {
                let result = match &output.structured {
                    Some(structured) => structured.get().to_owned(),
                    None => serde_json::to_string(&output.content).unwrap_or_default(),
                };
                at.record("gen_ai.tool.call.result", shortened_to(most, &result));
            }
            tracing::info!(parent: &at, seconds = duration.as_secs_f64(), ?ending, "a call has ended");
        });
        Box::pin(future.instrument(span))
    }
}

is_layer!(Trace);
