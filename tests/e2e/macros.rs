//! What functions with attributes do when a client asks for them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use disco_sdk::prelude::*;
use disco_sdk::protocol::completion::CompleteParams;
use disco_sdk::server::complete::Others;
use disco_sdk::{FromCall, Version};
use serde_json::json;

/// A language, which is read from its name.
struct Language(&'static str);

const LANGUAGES: [&str; 2] = ["python", "rust"];

impl FromStr for Language {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = LANGUAGES.into_iter().find(|known| *known == name);
        known.map(Self).ok_or_else(|| format!("only {} are spoken here", LANGUAGES.join(" and ")))
    }
}

/// The revision that the caller speaks.
struct Revision(Version);

impl FromCall for Revision {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(Self(cx.version()))
    }
}

type Call = Context;

struct Greeting(&'static str);

/// Greets, and tells the revision.
#[tool]
fn greet(name: String, revision: Revision, greeting: State<Greeting>, call: Call) -> String {
    format!("{} {name}, in {} or {}", greeting.0, revision.0, call.version())
}

/// A page of a file.
#[resource("file:///{+path}{?page,lines}")]
fn file(
    path: String,
    page: Option<u32>,
    #[arg(default = 40, range(1..=100))] lines: u32,
    #[arg(inject)] revision: Revision,
) -> String {
    format!("{path} {page:?} {lines} {}", revision.0)
}

/// A user.
#[resource("users://{id}", mime_type = "application/vnd.user+json")]
async fn user(id: u64, #[arg(inject)] call: Call) -> Option<Json<u64>> {
    tokio::task::yield_now().await;
    (id < 10 && !call.is_cancelled()).then_some(Json(id))
}

/// A picture.
#[resource("pictures://{name}.png")]
fn picture(name: String) -> Result<Image, fmt::Error> {
    if name == "none" { Err(fmt::Error) } else { Ok(Image::png(name)) }
}

/// Asks for a review.
#[prompt(title = "Review")]
async fn review(
    /// What it is written in.
    #[arg(complete = LANGUAGES)]
    language: Language,
    #[arg(complete = files)] file: Option<String>,
    #[arg(default = 3, range(1..=5))] stars: u8,
    greeting: State<Greeting>,
) -> Vec<PromptMessage> {
    tokio::task::yield_now().await;
    let file = file.unwrap_or_else(|| "everything".to_owned());
    vec![
        PromptMessage::assistant(greeting.0),
        PromptMessage::user(format!("Review {file} in {}, {stars} stars.", language.0)),
    ]
}

async fn files(typed: String, others: Others, greeting: State<Greeting>) -> Result<Vec<String>> {
    let language = others.get("language").ok_or_else(|| Error::invalid_params("language first"))?;
    Ok(vec![format!("{typed}.{language}"), greeting.0.to_owned()])
}

struct Counter(u64);

#[handlers(client = CounterClient)]
impl Counter {
    /// Counts.
    #[tool]
    async fn count(self: Arc<Self>, by: u64) -> u64 {
        tokio::task::yield_now().await;
        self.0 + by
    }

    /// Counts, too.
    #[tool]
    fn count_twice(this: State<Greeting>, by: u64) -> Result<u64, fmt::Error> {
        if this.0.is_empty() { Err(fmt::Error) } else { Ok(2 * by) }
    }
}

fn server() -> Server {
    Server::new("macros", "1.0.0")
        .state(Greeting("Hello"))
        .with(tools![greet])
        .with(resources![file, user, picture])
        .with(prompts![review])
        .with(Arc::new(Counter(40)))
}

#[tokio::test]
async fn values_of_the_call_are_told_by_their_traits() {
    let client = server().client().await.unwrap();
    let tools = client.tools().await.unwrap();
    let greet = tools.iter().find(|tool| tool.name == "greet").unwrap();
    assert_eq!(greet.input_schema["properties"], json!({"name": {"type": "string"}}));
    let text = client.call("greet", json!({"name": "Ada"})).await.unwrap().text();
    assert_eq!(text, format!("Hello Ada, in {0} or {0}", Version::LATEST));
}

#[tokio::test]
async fn methods_share_their_value() {
    let client = server().client().await.unwrap();
    let counter = CounterClient::new(&client);
    assert_eq!(counter.count(2).await.unwrap(), 42);
    assert_eq!(counter.count_twice(2).await.unwrap(), 4);
}

#[tokio::test]
async fn variables_of_a_uri_are_decoded_and_parsed() {
    let client = server().client().await.unwrap();
    for (uri, text) in [
        ("file:///src/a%20b.rs", format!("src/a b.rs None 40 {}", Version::LATEST)),
        ("file:///?lines=7&page=2", format!(" Some(2) 7 {}", Version::LATEST)),
        ("users://7", "7".to_owned()),
    ] {
        let contents = client.read(uri).await.unwrap().contents;
        assert_eq!(contents[0].text.as_deref(), Some(text.as_str()), "{uri}");
        assert_eq!(contents[0].uri, uri);
    }
    let picture = client.read("pictures://a.b.png").await.unwrap().contents.remove(0);
    assert_eq!((picture.mime_type.as_deref(), picture.blob.as_deref()), (Some("image/png"), Some("YS5i")));
    let templates = client.resource_templates().await.unwrap();
    let types: Vec<_> = templates.iter().map(|template| template.mime_type.as_deref()).collect();
    assert_eq!(types, [Some("text/plain"), Some("application/vnd.user+json"), None]);
}

#[tokio::test]
async fn a_resource_knows_its_own_uri() {
    let client = server().client().await.unwrap();
    assert_eq!(user::uri(7), "users://7");
    assert_eq!(picture::uri("a/b é"), "pictures://a%2Fb%20%C3%A9.png");
    let uri = file::uri("src/a b?.rs", None, 7);
    assert_eq!(uri, "file:///src/a%20b%3F.rs?lines=7");
    let contents = client.read(&uri).await.unwrap().contents;
    assert!(contents[0].text.as_deref().unwrap().starts_with("src/a b?.rs None 7"));
}

#[tokio::test]
async fn wrong_variables_are_told_all_at_once() {
    let client = server().client().await.unwrap();
    let error = client.read("file:///a?page=x&lines=0").await.unwrap_err();
    assert!(error.is_protocol());
    for words in [
        r#"{page}: given "x", expected an integer from 0"#,
        r#"{lines}: given "0", expected a number from 1 to 100"#,
    ] {
        assert!(error.message().contains(words), "{error}");
    }
    for missing in ["users://77", "users://7/8", "nothing://here"] {
        let error = client.read(missing).await.unwrap_err();
        assert!(error.message().contains("resource not found"), "{error}");
    }
    assert!(client.read("pictures://none.png").await.is_err());
}

#[tokio::test]
async fn a_prompt_is_filled_in_and_told_what_is_wrong() {
    let client = server().client().await.unwrap();
    let prompt = client.prompts().await.unwrap().remove(0);
    let arguments = prompt.arguments.unwrap();
    let required: Vec<_> = arguments.iter().map(|argument| argument.required == Some(true)).collect();
    assert_eq!(required, [true, false, false]);
    assert_eq!(arguments[0].description.as_deref(), Some("What it is written in."));
    let filled = client.prompt("review", json!({"language": "rust", "file": null})).await.unwrap();
    assert_eq!(filled.description.as_deref(), Some("Asks for a review."));
    assert_eq!(filled.messages[1], PromptMessage::user("Review everything in rust, 3 stars."));
    let wrong = json!({"language": "cobol", "stars": "9", "fil": "a", "file": 7});
    let error = client.prompt("review", wrong).await.unwrap_err();
    for words in [
        r#"/language: given "cobol", only python and rust are spoken here"#,
        r#"/stars: given "9", expected a number from 1 to 5"#,
        "/fil: no such argument; did you mean `file`?",
        "/file: given 7, expected a string",
    ] {
        assert!(error.message().contains(words), "{error}");
    }
}

#[tokio::test]
async fn completers_know_what_is_typed_and_what_else_is_given() {
    let client = server().client().await.unwrap();
    let complete = async |name: &str, value: &str, others: serde_json::Value| {
        let params: CompleteParams = serde_json::from_value(json!({
            "ref": {"type": "ref/prompt", "name": "review"},
            "argument": {"name": name, "value": value},
            "context": {"arguments": others},
        }))
        .unwrap();
        client.complete(&params).await.map(|completion| completion.values)
    };
    assert_eq!(complete("language", "R", json!({})).await.unwrap(), ["rust"]);
    assert_eq!(complete("file", "main", json!({"language": "rust"})).await.unwrap(), ["main.rust", "Hello"]);
    assert!(complete("file", "main", json!({})).await.is_err());
    assert_eq!(complete("stars", "", json!({})).await.unwrap(), [""; 0]);
}
