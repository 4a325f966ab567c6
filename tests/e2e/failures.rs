//! Failures: what a caller is told of an error and of a panic, and what only the log has.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context as Layered, Layer, SubscriberExt as _};

use crate::wire::check;

/// An error with two causes below it.
#[derive(Debug)]
struct Outer(Inner);

#[derive(Debug)]
struct Inner(Root);

#[derive(Debug)]
struct Root;

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the note cannot be read")
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database says no")
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("password of 10.0.0.7 is wrong")
    }
}

impl StdError for Outer {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl StdError for Inner {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl StdError for Root {}

fn load() -> Result<String, Outer> {
    Err(Outer(Inner(Root)))
}

/// Returns an error of its own.
#[tool]
fn own() -> Result<String, Outer> {
    load()
}

/// Turns it into one of the SDK.
#[tool]
fn question_mark() -> Result<String> {
    Ok(load()?)
}

/// Returns a box.
#[tool]
fn boxed() -> Result<String, Box<dyn StdError + Send + Sync>> {
    Ok(load()?)
}

/// Returns what `anyhow` makes of it.
#[tool]
async fn with_anyhow() -> anyhow::Result<String> {
    tokio::task::yield_now().await;
    load().context("the note cannot be read").map_err(|error| error.context("the note cannot be read"))
}

/// Turns what is in a box into one of the SDK.
#[tool]
fn unboxed() -> Result<String> {
    let load = || -> anyhow::Result<String> { Ok(load()?) };
    load().map_err(Error::of)
}

/// What it says itself.
#[derive(Debug, ToolError)]
enum NoteError {
    #[tool_error(
        code = "NOTE_LOCKED",
        message = "{who} is writing to note {id}",
        suggestion = "read note {id} later",
        retryable
    )]
    Locked { id: u64, who: String },
    #[tool_error(message = "the note cannot be read")]
    Store(#[from] Outer),
    #[tool_error(message = "the index cannot be read")]
    Index(#[source] Inner),
}

/// Fails as it is told to.
#[tool]
fn derived(how: String) -> Result<String, NoteError> {
    derived_in(&how)
}

fn derived_in(how: &str) -> Result<String, NoteError> {
    match how {
        "locked" => Err(NoteError::Locked { id: 7, who: "Ada".to_owned() }),
        "index" => Err(NoteError::Index(Inner(Root))),
        _ => Ok(load()?),
    }
}

/// The same with words around it.
#[tool]
fn in_context(how: String) -> anyhow::Result<String> {
    derived_in(&how).context("nothing is written").context("the day is lost")
}

/// The same in a box.
#[tool]
fn in_a_box(how: String) -> Result<String, Box<dyn StdError + Send + Sync>> {
    Ok(derived_in(&how)?)
}

/// A note.
#[resource("note://{id}")]
fn note(id: u64) -> Result<String, Outer> {
    if id == 1 { load() } else { Ok(id.to_string()) }
}

/// Reads a note out.
#[prompt]
fn read_out() -> anyhow::Result<String> {
    Ok(load()?)
}

const TOOLS: [&str; 5] = ["own", "question_mark", "boxed", "with_anyhow", "unboxed"];

fn server() -> Server {
    Server::new("failures", "1.0.0")
        .with(tools![own, question_mark, boxed, with_anyhow, unboxed, derived, in_context, in_a_box])
        .with(resources![note])
        .with(prompts![read_out])
}

fn open() -> Server {
    server().causes_in_errors(true)
}

#[disco_sdk::test(server = server(), reader = check)]
async fn no_error_tells_its_causes(client: Client) -> Result<()> {
    for tool in TOOLS {
        let failed = client.call(tool, json!({})).await?;
        assert!(failed.is_error);
        assert_eq!(failed.text(), "the note cannot be read", "{tool}");
        assert!(failed.meta.is_none_or(|meta| !meta.contains_key("dev.disco/error")), "{tool}");
    }
    for error in [
        client.read("note://1").await.expect_err("it cannot be read"),
        client.prompt("read_out", json!({})).await.expect_err("it cannot be read"),
    ] {
        assert_eq!((error.message(), error.data().len()), ("the note cannot be read", 0));
    }
    Ok(())
}

#[disco_sdk::test(server = open(), reader = check)]
async fn a_server_may_tell_them(client: Client) -> Result<()> {
    for tool in TOOLS {
        let failed = client.call(tool, json!({})).await?;
        let told: Value = serde_json::from_str(&failed.text()).expect("there is more than words");
        assert_eq!(told["message"], "the note cannot be read");
        let causes = told["causes"].to_string();
        assert!(causes.contains("the database says no") && causes.contains("10.0.0.7"), "{tool}: {causes}");
        assert_eq!(failed.meta.expect("programs are told too")["dev.disco/error"], told);
    }
    for error in [
        client.read("note://1").await.expect_err("it cannot be read"),
        client.prompt("read_out", json!({})).await.expect_err("it cannot be read"),
    ] {
        assert!(error.data()["causes"].to_string().contains("10.0.0.7"), "{error:?}");
    }
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn a_derived_error_says_what_to_do(client: Client) -> Result<()> {
    let locked = client.call("derived", json!({"how": "locked"})).await?;
    let told = &locked.meta.expect("programs are told too")["dev.disco/error"];
    let expected = json!({
        "code": "NOTE_LOCKED",
        "message": "Ada is writing to note 7",
        "suggestion": "read note 7 later",
        "retryable": true,
    });
    assert_eq!(*told, expected);
    for (how, message) in [("store", "the note cannot be read"), ("index", "the index cannot be read")] {
        let text = client.call("derived", json!({"how": how})).await?.text();
        assert!(text.contains(message) && !text.contains("database"), "{text}");
    }
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn a_derived_error_keeps_its_code_in_a_box_and_in_context(client: Client) -> Result<()> {
    for (tool, message) in [("in_context", "the day is lost"), ("in_a_box", "Ada is writing to note 7")] {
        let locked = client.call(tool, json!({"how": "locked"})).await?;
        let told = &locked.meta.expect("programs are told too")["dev.disco/error"];
        let expected = json!({
            "code": "NOTE_LOCKED",
            "message": message,
            "suggestion": "read note 7 later",
            "retryable": true,
        });
        assert_eq!(*told, expected);
    }
    Ok(())
}

#[tokio::test]
async fn the_causes_of_a_derived_error_are_told_where_they_may_be() {
    let client = open().client().await.unwrap();
    for how in ["store", "index"] {
        let text = client.call("derived", json!({"how": how})).await.unwrap().text();
        assert!(text.contains("10.0.0.7"), "{text}");
    }
}

/// A value that panics as it is read.
#[derive(Deserialize, JsonSchema)]
#[serde(from = "String")]
#[schemars(with = "String")]
struct Mine;

impl From<String> for Mine {
    fn from(text: String) -> Self {
        panic!("{text} is a secret")
    }
}

/// Panics before it begins.
#[tool]
fn early(mine: Mine) -> &'static str {
    let Mine = mine;
    "never"
}

/// Panics at once.
#[tool]
fn at_once() -> String {
    panic!("a secret")
}

/// Panics after a while.
#[tool]
async fn later() -> String {
    tokio::task::yield_now().await;
    panic!("a secret")
}

/// Panics as it is read.
#[resource("panic://{id}")]
fn panicking(id: u64) -> String {
    panic!("{id} is a secret")
}

/// Panics as it is filled in, or as it is completed.
#[prompt]
fn filled_in(#[arg(complete = completer)] text: String) -> String {
    panic!("{text} is a secret")
}

fn completer(typed: String) -> Vec<String> {
    panic!("{typed} is a secret")
}

/// Works.
#[tool]
fn work() -> &'static str {
    "works"
}

fn panics() -> Server {
    Server::new("panics", "1.0.0")
        .with(tools![early, at_once, later, work])
        .with(resources![panicking])
        .with(prompts![filled_in])
}

/// What the log says of panics and failures: the fields of each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

struct Collect<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Layered<'_, S>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Collect(&mut fields));
        self.0.lock().unwrap().push(fields);
    }
}

impl Log {
    /// What was logged since the last time, of those events that have this field.
    fn take(&self, field: &str) -> Vec<BTreeMap<String, String>> {
        let mut events = std::mem::take(&mut *self.0.lock().unwrap());
        events.retain(|fields| fields.contains_key(field));
        events
    }
}

#[tokio::test]
async fn a_panic_has_the_same_number_in_the_answer_and_in_the_log() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let client = panics().client().await.unwrap();
    for (tool, arguments) in
        [("at_once", json!({})), ("later", json!({})), ("early", json!({"mine": "this"}))]
    {
        let panicked = client.call(tool, arguments).await.unwrap();
        assert!(panicked.is_error && !panicked.text().contains("secret"), "{}", panicked.text());
        is_logged(&log, &panicked.text());
        assert_eq!(client.call("work", json!({})).await.unwrap().text(), "works");
    }
    let typed = json!({
        "ref": {"type": "ref/prompt", "name": "filled_in"},
        "argument": {"name": "text", "value": "this"},
    });
    let of_others = [
        client.read("panic://7").await.unwrap_err(),
        client.prompt("filled_in", json!({"text": "this"})).await.unwrap_err(),
        client.complete(&serde_json::from_value(typed).unwrap()).await.unwrap_err(),
    ];
    let incidents = log.take("incident");
    assert_eq!(incidents.len(), 3);
    for (error, fields) in of_others.iter().zip(incidents) {
        let number = format!("incident {}", fields["incident"]);
        assert!(error.message().contains(&number), "{number} is not in {error}");
        assert!(!error.message().contains("secret") && fields["panic"].contains("a secret"), "{fields:?}");
    }
    assert_eq!(client.call("work", json!({})).await.unwrap().text(), "works");
}

/// The one panic that was logged is the one that was told.
fn is_logged(log: &Log, told: &str) {
    let incidents = log.take("incident");
    assert_eq!(incidents.len(), 1);
    let number = format!("incident {})", incidents[0]["incident"]);
    assert!(told.contains(&number), "{number} is not in {told}");
    assert!(incidents[0]["panic"].contains("secret"), "{incidents:?}");
}

#[tokio::test]
async fn the_log_has_the_causes() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let client = server().client().await.unwrap();
    client.call("own", json!({})).await.unwrap();
    client.prompt("read_out", json!({})).await.unwrap_err();
    let failures = log.take("causes");
    assert_eq!(failures.len(), 2);
    for fields in failures {
        assert_eq!(fields["error"], "the note cannot be read");
        assert_eq!(fields["causes"], "the database says no: password of 10.0.0.7 is wrong");
    }
}
