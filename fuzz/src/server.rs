//! A small server, and what every answer of it must look like.

use std::cell::LazyCell;
use std::task::{Context as Polling, Waker};
use std::time::Duration;

use disco_sdk::prelude::*;
use disco_sdk::transport::{Accepted, Caller, Fields, Head, Reply};
use disco_sdk::{Limits, MemoryRequestStates, Service, Version};
use serde_json::{Value, json};

/// Adds two numbers.
#[tool]
fn add(a: i64, b: Option<i64>) -> i64 {
    a.saturating_add(b.unwrap_or(1))
}

/// Asks before it answers.
#[tool]
async fn ask(cx: Context) -> Result<&'static str> {
    Ok(if cx.ask::<bool>("Really?").await? { "yes" } else { "no" })
}

/// Asks at such length that the store has to keep it.
#[tool]
async fn ask_at_length(cx: Context) -> Result<&'static str> {
    Ok(if cx.ask::<bool>("Really? ".repeat(250)).await? { "yes" } else { "no" })
}

/// A note.
#[resource("note://{id}/{+path}{?q}")]
fn note(id: String, path: String, q: Option<String>) -> String {
    format!("{id} {path} {q:?}")
}

const LANGUAGES: [&str; 2] = ["ruby", "rust"];

/// Asks for a review.
#[prompt]
fn review(#[arg(complete = LANGUAGES)] language: String) -> String {
    language
}

/// What a message may be longer than the one that it answers.
const MOST_MORE: usize = 8 << 10;

thread_local! {
    static SERVICE: LazyCell<Service> = LazyCell::new(|| {
        let bounds = Limits { page: 1, message_bytes: 64 << 10, request_state: 1000, ..Limits::default() };
        let limits = Limits { answer: Duration::from_hours(24 * 365), ..bounds };
        let server = Server::new("fuzzed", "1.0.0").limits(limits);
        let server = server.request_states(MemoryRequestStates::default());
        server.with(disco_sdk::tools![add, ask, ask_at_length]).with(disco_sdk::resources![note]).with(disco_sdk::prompts![review]).build().expect("it is right")
    });
}

/// The server of this thread.
pub(crate) fn service() -> Service {
    SERVICE.with(|service| Service::clone(service))
}

/// No header but those that are named.
#[derive(Debug)]
struct NoFields;

impl Fields for NoFields {
    fn field(&self, _: &str) -> Option<&[u8]> {
        None
    }
}

/// What a request says in its headers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said<'a> {
    pub(crate) session: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    pub(crate) method: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
}

/// One HTTP request, as the transport hands it over.
pub(crate) fn exchange(body: &[u8], said: Said<'_>) -> Accepted {
    let Said { session, version, method, name } = said;
    let caller = Caller::default();
    let head =
        Head { session, version, method, name, fields: &NoFields, caller: &caller, takes_events: true };
    service().endpoint().exchange(body, &head, &mut Polling::from_waker(Waker::noop()))
}

/// A request of the modern era.
pub(crate) fn modern(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": Version::LATEST.as_str(),
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

/// Sends a modern request in the way that it has to be sent.
pub(crate) fn send(message: &Value) -> Value {
    let body = message.to_string();
    let said = Said {
        version: Some(Version::LATEST.as_str()),
        method: message["method"].as_str(),
        name: message["params"]["name"].as_str(),
        ..Said::default()
    };
    let accepted = exchange(body.as_bytes(), said);
    match accepted {
        Accepted::Answer(reply) => check(&reply, body.len()),
        other => panic!("no answer to {message}: {other:?}"),
    }
}

/// What every answer must look like: one line, not much longer than the question; one message, or one for
/// each request of a batch.
pub(crate) fn check(reply: &Reply, asked: usize) -> Value {
    assert!(!reply.body.contains(&b'\n'), "an answer of two lines");
    assert!(reply.body.len() <= 2 * asked + MOST_MORE, "{} bytes for {asked}", reply.body.len());
    let message: Value = serde_json::from_slice(&reply.body).expect("an answer is JSON");
    for message in message.as_array().map_or(std::slice::from_ref(&message), Vec::as_slice) {
        assert_eq!(message["jsonrpc"], "2.0");
        let is_one = message.get("result").is_some() != message.get("error").is_some();
        assert!(is_one, "neither result nor error, or both: {message}");
    }
    message
}
