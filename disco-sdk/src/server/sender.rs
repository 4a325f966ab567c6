//! Who sends a request, and what its headers say of the trace it belongs to.

use serde_json::value::RawValue;
use tracing::Span;
use tracing::field::Empty;

use super::task::Owner;
use crate::protocol::jsonrpc::Request;
use crate::protocol::meta::RequestMeta;
use crate::protocol::trace::{BAGGAGE, TRACEPARENT, TRACESTATE, TraceContext};
use crate::protocol::version::Version;
use crate::transport::{Caller, Fields, Head, Wire};

/// Who sends a request, and with which headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) caller: &'a Caller,
    /// Those of HTTP.
    pub(crate) fields: Option<&'a dyn Fields>,
    /// What it came over, as OpenTelemetry calls it.
    pub(crate) network: Option<&'static str>,
}

impl<'a> Sender<'a> {
    /// Of one HTTP request.
    pub(crate) fn of(head: &Head<'a>) -> Self {
        Self { caller: head.caller, fields: Some(head.fields), network: Some(TCP) }
    }

    /// Of a connection.
    pub(crate) fn over(wire: Wire, caller: &'a Caller) -> Self {
        Self { caller, fields: None, network: network(wire) }
    }

    /// The trace that a request names: in its `_meta`, or else in its headers.
    pub(crate) fn trace(self, meta: &RequestMeta<'_>) -> Option<TraceContext> {
        let text = |raw: Option<&RawValue>| serde_json::from_str::<String>(raw?.get()).ok();
        if meta.traceparent.is_some() {
            let trace = TraceContext::parse(&text(meta.traceparent)?)?;
            let (state, baggage) = (text(meta.tracestate), text(meta.baggage));
            return Some(trace.with_tracestate(state.as_deref()).with_baggage(baggage.as_deref()));
        }
        let field = |name: &str| std::str::from_utf8(self.fields?.field(name)?).ok();
        let trace = TraceContext::parse(field(TRACEPARENT)?)?;
        Some(trace.with_tracestate(field(TRACESTATE)).with_baggage(field(BAGGAGE)))
    }

    /// The span of a call: of level INFO if the client traces it, and DEBUG otherwise. The names of its
    /// fields are those of OpenTelemetry's semantic conventions for MCP, and those of W3C Trace Context;
    /// `otel.name` and `otel.kind` are for `tracing-opentelemetry`.
    pub(crate) fn span(
        self,
        request: &Request<'_>,
        version: Version,
        trace: Option<&TraceContext>,
        owner: &Owner,
    ) -> Span {
        let (method, id) = (request.method.as_str(), &request.id);
        // `tracing` takes fields as written words only, so they are written here once for both.
        macro_rules! span {
            ($level:ident, $($more:tt)*) => {
                tracing::$level!(
                    "mcp.request",
                    "otel.name" = method,
                    "otel.kind" = "server",
                    "mcp.method.name" = method,
                    "mcp.protocol.version" = version.as_str(),
                    "mcp.session.id" = owner.session(),
                    "network.transport" = self.network,
                    "jsonrpc.request.id" = %id,
                    "gen_ai.tool.name" = Empty,
                    "gen_ai.prompt.name" = Empty,
                    "mcp.resource.uri" = Empty,
                    "error.type" = Empty,
                    round = Empty,
                    replaying = Empty,
                    $($more)*
                )
            };
        }
        match trace {
            None => span!(debug_span,),
            Some(trace) => span!(
                info_span,
                traceparent = trace.traceparent(),
                tracestate = trace.tracestate(),
                baggage = trace.baggage(),
                trace_id = trace.trace_id(),
                parent_id = trace.parent_id(),
            ),
        }
    }
}

/// What OpenTelemetry calls that which a connection runs over (`network.transport`).
fn network(wire: Wire) -> Option<&'static str> {
    match wire {
        Wire::Stdio => Some("pipe"),
        Wire::HttpSse => Some(TCP),
        Wire::Memory => None,
    }
}

/// What HTTP runs over.
const TCP: &str = "tcp";
