//! `layer::Trace`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use disco_sdk::Version;
use disco_sdk::layer::Trace;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context as In, Layer as _, SubscriberExt as _};

use super::server;

/// What is written on the spans `mcp.call`, and on the events inside.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<BTreeMap<String, String>>>);

impl Visit for &Spans {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.lock().unwrap().insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.lock().unwrap().insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>>
    tracing_subscriber::Layer<S> for Spans
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: In<'_, S>) {
        if attributes.metadata().name() == "mcp.call" {
            attributes.record(&mut &*self);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, cx: In<'_, S>) {
        if cx.span(id).unwrap().name() == "mcp.call" {
            values.record(&mut &*self);
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, cx: In<'_, S>) {
        if cx.event_span(event).is_some_and(|span| span.name() == "mcp.call") {
            event.record(&mut &*self);
        }
    }
}

#[tokio::test]
async fn a_span_of_every_call_has_the_names_of_opentelemetry() {
    let spans = Spans::default();
    let _here = tracing::subscriber::set_default(tracing_subscriber::registry().with(spans.clone()));
    let client = server().layer(Trace::new().arguments(8).results(100)).client().await.unwrap();
    let read = || std::mem::take(&mut *spans.0.lock().unwrap());
    client.call("add", json!({"a": 1, "b": 2})).await.unwrap();
    let seen = read();
    for (field, value) in [
        ("otel.name", "tools/call add"),
        ("otel.kind", "internal"),
        ("mcp.method.name", "tools/call"),
        ("mcp.protocol.version", Version::LATEST.as_str()),
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "add"),
        ("gen_ai.tool.call.arguments", r#"{"a":1,"…"#),
        ("gen_ai.tool.call.result", "3"),
        ("ending", "Answered"),
    ] {
        assert_eq!(seen.get(field).map(String::as_str), Some(value), "{field}: {seen:?}");
    }
    assert!(!seen.contains_key("error.type") && seen.contains_key("seconds"), "{seen:?}");
    client.call("fail", json!({})).await.unwrap();
    let seen = read();
    assert_eq!((seen["error.type"].as_str(), seen["otel.status_code"].as_str()), ("tool_error", "ERROR"));
    assert!(!seen.contains_key("gen_ai.tool.call.result"), "{seen:?}");
    client.read("note://7").await.unwrap();
    assert_eq!(read()["mcp.resource.uri"], "note://7");
}

#[tokio::test]
async fn where_nobody_listens_for_requests_the_span_of_a_call_is_the_servers() {
    let spans = Spans::default();
    let heard = spans.clone().with_filter(LevelFilter::INFO);
    let _here = tracing::subscriber::set_default(tracing_subscriber::registry().with(heard));
    let client = server().layer(Trace::new()).client().await.unwrap();
    client.call("add", json!({"a": 1, "b": 2})).await.unwrap();
    let seen = std::mem::take(&mut *spans.0.lock().unwrap());
    assert_eq!((seen["otel.kind"].as_str(), seen["otel.name"].as_str()), ("server", "tools/call add"));
}
