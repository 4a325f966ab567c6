//! Traces: what a client says of its trace stands in the span that a handler runs in.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use disco_sdk::prelude::*;
use disco_sdk::{ErrorCode, Limits, MemoryRequestStates, Version};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context as Layered, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::support::{TestServer, call, modern, modern_call};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

/// Says something in its own words, and what it knows of the trace.
#[tool]
async fn traced(cx: Context) -> String {
    tokio::task::yield_now().await;
    tracing::info!("inside of the handler");
    cx.trace().map_or_else(|| "no trace".to_owned(), |trace| trace.traceparent().to_owned())
}

/// Fails.
#[tool]
fn failing() -> Result<String> {
    Err(Error::new("no"))
}

/// Asks two things, and says where it is.
#[tool]
async fn asking(cx: Context) -> Result<String> {
    tracing::info!("before");
    let who: String = cx.ask("Who?").await?;
    tracing::info!("between");
    let sure: bool = cx.ask("Sure?").await?;
    tracing::info!("after");
    Ok(format!("{who} {sure}"))
}

/// A page.
#[resource("page://{number}")]
fn page(number: u32) -> String {
    number.to_string()
}

/// A poem.
#[prompt]
fn poem() -> &'static str {
    "a poem"
}

type Fields = BTreeMap<String, String>;

/// The spans that were made, and the span in which the handler has spoken, as it was then.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<(Id, Level, Fields)>>>, Arc<Mutex<Vec<Option<Id>>>>, Arc<Mutex<Vec<Fields>>>);

struct Collect<'a>(&'a mut Fields);

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Seen {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Layered<'_, S>) {
        if attributes.metadata().name() == "mcp.request" {
            let mut fields = Fields::new();
            attributes.record(&mut Collect(&mut fields));
            self.0.lock().unwrap().push((id.clone(), *attributes.metadata().level(), fields));
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, _: Layered<'_, S>) {
        let mut spans = self.0.lock().unwrap();
        if let Some((_, _, fields)) = spans.iter_mut().rev().find(|(known, ..)| known == id) {
            record.record(&mut Collect(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Layered<'_, S>) {
        if event.metadata().target().contains("traces") {
            let id = context.event_span(event).map(|span| span.id());
            let spans = self.0.lock().unwrap();
            let span = spans.iter().rev().find(|(known, ..)| Some(known) == id.as_ref());
            self.2.lock().unwrap().extend(span.map(|(_, _, fields)| fields.clone()));
            self.1.lock().unwrap().push(id);
        }
    }
}

fn server() -> Server {
    Server::new("traced", "1")
        .with(tools![traced, failing, asking])
        .with(resources![page])
        .with(prompts![poem])
}

#[tokio::test]
async fn a_handler_runs_in_a_span_that_knows_the_clients_trace() {
    let seen = Seen::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
    let server = TestServer::serve(server()).await;
    let mut message = modern_call(7, "traced", json!({}));
    let meta = &mut message["params"]["_meta"];
    meta["traceparent"] = json!(PARENT);
    meta["tracestate"] = json!("vendor=1");
    meta["baggage"] = json!("user=ada");
    let answer = server.json(server.modern(&message)).await;
    assert_eq!(answer["result"]["content"][0]["text"], PARENT);
    let (id, level, fields) = seen.0.lock().unwrap().pop().unwrap();
    assert_eq!(level, Level::INFO);
    let expected = [
        ("otel.name", "tools/call traced"),
        ("otel.kind", "server"),
        ("mcp.method.name", "tools/call"),
        ("mcp.protocol.version", Version::LATEST.as_str()),
        ("network.transport", "tcp"),
        ("jsonrpc.request.id", "7"),
        ("gen_ai.tool.name", "traced"),
        ("traceparent", PARENT),
        ("tracestate", "vendor=1"),
        ("baggage", "user=ada"),
        ("trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("parent_id", "00f067aa0ba902b7"),
    ];
    for (name, value) in expected {
        assert_eq!(fields.get(name).map(String::as_str), Some(value), "{name} in {fields:?}");
    }
    assert!(!fields.contains_key("mcp.session.id"), "this revision has no sessions: {fields:?}");
    assert_eq!(*seen.1.lock().unwrap(), [Some(id)], "the handler has spoken inside of it");
}

#[tokio::test]
async fn headers_name_the_trace_too_and_a_malformed_one_harms_nobody() {
    let seen = Seen::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
    let server = TestServer::serve(server()).await;
    let from_headers = [
        server.modern(&modern_call(1, "traced", json!({}))),
        server.post(call(1, "traced", json!({})).to_string()),
    ];
    for request in from_headers {
        let answer = server.json(request.header("traceparent", PARENT)).await;
        assert_eq!(answer["result"]["content"][0]["text"], PARENT);
    }
    let other = PARENT.replace("0af7", "1af7");
    let mut message = modern_call(1, "traced", json!({}));
    message["params"]["_meta"]["traceparent"] = json!(PARENT);
    let both = server.json(server.modern(&message).header("traceparent", other)).await;
    assert_eq!(both["result"]["content"][0]["text"], PARENT, "the message knows best");

    for wrong in [json!("00-zz"), json!(7), json!({}), json!(null)] {
        message["params"]["_meta"]["traceparent"] = wrong;
        let answer = server.json(server.modern(&message)).await;
        assert_eq!(answer["result"]["content"][0]["text"], "no trace", "{answer}");
    }
    let answer =
        server.json(server.modern(&modern_call(1, "traced", json!({}))).header("traceparent", "x")).await;
    assert_eq!(answer["result"]["content"][0]["text"], "no trace");
    let (_, level, fields) = seen.0.lock().unwrap().pop().unwrap();
    assert_eq!(level, Level::DEBUG, "without a trace it is there for whoever looks closely");
    assert!(!fields.contains_key("traceparent"), "{fields:?}");
}

#[tokio::test]
async fn a_span_says_what_was_asked_for_and_how_it_failed() {
    let seen = Seen::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
    let server = TestServer::serve(server()).await;
    for (method, params, field, value) in [
        ("tools/call", json!({"name": "failing"}), "error.type", "tool_error"),
        ("resources/read", json!({"uri": "page://3"}), "mcp.resource.uri", "page://3"),
        ("resources/read", json!({"uri": "page://x"}), "error.type", "-32602"),
        ("resources/read", json!({"uri": "page://3"}), "otel.name", "resources/read"),
        ("prompts/get", json!({"name": "poem"}), "gen_ai.prompt.name", "poem"),
        ("prompts/get", json!({"name": "poem"}), "otel.name", "prompts/get poem"),
    ] {
        server.json(server.modern(&modern(1, method, params))).await;
        let (_, _, fields) = seen.0.lock().unwrap().pop().unwrap();
        assert_eq!(fields.get(field).map(String::as_str), Some(value), "{fields:?}");
    }
}

#[tokio::test]
async fn the_span_of_a_retry_says_in_which_round_it_is_and_whether_it_replays() {
    // A state that travels, and one that the store has.
    for request_state in [64 << 10, 400] {
        let seen = Seen::default();
        let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
        let limits = Limits { request_state, ..Limits::default() };
        let server = server().limits(limits).request_states(MemoryRequestStates::default());
        let server = TestServer::serve(server).await;
        let mut message = modern_call(1, "asking", json!({}));
        message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
        for value in [json!("Ada"), json!(true)] {
            let asked = server.json(server.modern(&message)).await;
            let key = asked["result"]["inputRequests"].as_object().unwrap().keys().next().unwrap().clone();
            let answer = json!({"action": "accept", "content": {"value": value}});
            message["params"]["inputResponses"] = json!({key: answer});
            message["params"]["requestState"] = asked["result"]["requestState"].clone();
        }
        let done = server.json(server.modern(&message)).await;
        assert_eq!(done["result"]["content"][0]["text"], "Ada true", "{done}");
        let said = seen.2.lock().unwrap();
        let where_it_was = |fields: &Fields| (fields.get("round").cloned(), fields.get("replaying").cloned());
        let found: Vec<_> = said.iter().map(where_it_was).collect();
        let at = |round: &str, replaying: bool| (Some(round.to_owned()), Some(replaying.to_string()));
        let expected =
            [(None, None), at("1", true), at("1", false), at("2", true), at("2", true), at("2", false)];
        assert_eq!(found, expected, "{request_state}");
    }
}

#[tokio::test]
async fn a_span_names_the_session_by_what_opens_nothing_and_what_it_came_over() {
    let seen = Seen::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
    let fields = || seen.0.lock().unwrap().pop().unwrap().2;
    let server = TestServer::serve(server()).await;
    let token = server.open_session(Version::V2025_11_25).await;
    let mut names = Vec::new();
    for _ in 0..2 {
        server.json(server.in_session(&token, &call(1, "traced", json!({})))).await;
        let fields = fields();
        assert_eq!(fields["network.transport"], "tcp");
        names.push(fields["mcp.session.id"].clone());
    }
    assert!(names[0] == names[1] && names[0].len() > 20, "{names:?}");
    assert!(!token.contains(&names[0]), "the token is sealed");
    let opened = server.json(server.in_session(&names[0], &call(1, "traced", json!({})))).await;
    assert_eq!(opened["error"]["code"], ErrorCode::SESSION_NOT_FOUND.0, "{opened}");

    let client = self::server().client().await.unwrap();
    client.call("traced", json!({})).await.unwrap();
    assert!(!fields().contains_key("network.transport"), "it has not left the process");
}
