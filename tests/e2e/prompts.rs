//! Prompts: arguments read from text, enums completed by themselves, messages of every kind.

use std::num::NonZeroU8;
use std::str::FromStr;

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::protocol::completion::CompleteParams;
use disco_sdk::server::complete::Others;
use disco_sdk::{FromCall, ResourceLink, Version};
use serde::Deserialize;
use serde_json::json;

use crate::wire::check;

/// What is looked at.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Focus {
    /// Whether it is right.
    Correctness,
    /// Whether it is fast.
    RunTime,
    /// How it looks.
    Style,
}

/// Where in a text, as JSON.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "it is printed")]
struct Span {
    from: u32,
    to: u32,
}

/// Which revision is spoken. That it could be read from text does not let callers send it.
struct Revision(Version);

impl FromStr for Revision {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Err(format!("{name} is not to be sent"))
    }
}

impl FromCall for Revision {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(Self(cx.version()))
    }
}

/// Asks for a review.
#[prompt]
#[expect(clippy::too_many_arguments, reason = "one of each kind")]
fn review(
    focus: Focus,
    other: Option<Focus>,
    #[arg(default)] short: bool,
    #[arg(one_of("rust", "ruby", "go"), default = "rust")] language: String,
    most: Option<NonZeroU8>,
    span: Option<Span>,
    #[arg(complete = files)] file: Option<String>,
    revision: Revision,
) -> String {
    let file = file.unwrap_or_default();
    let is_modern = revision.0 >= Version::V2025_11_25;
    format!("{focus:?} {other:?} {short} {language} {most:?} {span:?} {file} {is_modern}")
}

/// Files of a language, which are looked up.
async fn files(typed: String, others: Others, cx: Context) -> Result<Vec<String>> {
    tokio::task::yield_now().await;
    let language = others.get("language").map_or("rs", |language| &language[..2]);
    let _ = cx.caller();
    Ok(vec![format!("{typed}.{language}")])
}

/// What is known of a focus.
#[resource("focus://{focus}/{page}")]
fn about(focus: Focus, #[arg(complete = pages)] page: String) -> String {
    format!("{focus:?}, page {page}")
}

async fn pages(typed: String, others: Others) -> Vec<String> {
    tokio::task::yield_now().await;
    others.get("focus").map(|focus| format!("{focus}-{typed}1")).into_iter().collect()
}

/// Shows everything that a message may be.
#[prompt]
fn everything() -> Vec<PromptMessage> {
    vec![
        PromptMessage::user("a text"),
        PromptMessage::assistant("a text of the model"),
        PromptMessage::new(Role::User, Image::png(b"PNG")),
        PromptMessage::new(Role::Assistant, Audio::new(b"RIFF", "audio/wav")),
        PromptMessage::new(Role::User, ResourceLink::new("file:///a.rs", "a.rs")),
        PromptMessage::new(
            Role::User,
            Content::resource(ResourceContents::text("file:///b.rs", "fn b() {}")),
        ),
        PromptMessage::new(Role::User, Content::resource(ResourceContents::blob("file:///c", b"c"))),
    ]
}

fn server() -> Server {
    Server::new("prompts", "1.0.0").with(prompts![review, everything]).with(resources![about])
}

#[disco_sdk::test(server = server(), reader = check)]
async fn arguments_are_read_from_text(client: Client, version: Version) -> Result<()> {
    let is_modern = version >= Version::V2025_11_25;
    let given = json!({"focus": "run-time", "other": "style", "short": "true", "most": "3", "span": r#"{"from": 1, "to": 2}"#});
    let filled = client.prompt("review", given).await?;
    let words = format!("RunTime Some(Style) true rust Some(3) Some(Span {{ from: 1, to: 2 }})  {is_modern}");
    assert_eq!(filled.messages, [PromptMessage::user(words)]);
    let arguments = client.prompts().await?.remove(0).arguments.expect("it has some");
    let required: Vec<_> =
        arguments.iter().filter(|one| one.required == Some(true)).map(|one| one.name.as_str()).collect();
    assert_eq!(required, ["focus"]);
    let read = client.read("focus://correctness/7").await?.contents.remove(0);
    assert_eq!(read.text.as_deref(), Some("Correctness, page 7"));
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn what_cannot_be_read_is_told_all_at_once(client: Client) -> Result<()> {
    let wrong =
        json!({"focus": "colour", "short": "yes", "language": "perl", "most": "0", "span": "7", "fil": "a"});
    let error = client.prompt("review", wrong).await.expect_err("it is wrong");
    for words in [
        r#"/focus: given "colour", expected one of "correctness", "run-time", "style""#,
        r#"/short: given "yes", expected true or false"#,
        r#"/language: given "perl", expected one of "rust", "ruby", "go""#,
        r#"/most: given "0", number would be zero for non-zero type"#,
        r#"/span: given "7", expected an object, such as {"from":1,"to":1}"#,
        "/fil: no such argument; did you mean `file`?",
    ] {
        assert!(error.message().contains(words), "{words:?} is not in {error}");
    }
    assert_eq!(error.code().0, -32602);
    let error = client.read("focus://colour/1").await.expect_err("there is no such focus");
    assert!(error.message().contains(r#"expected one of "correctness""#), "{error}");
    Ok(())
}

/// What completes an argument.
async fn completed(client: &Client, of: serde_json::Value, name: &str, value: &str) -> Vec<String> {
    let context = json!({"arguments": {"language": "go", "focus": "style"}});
    let argument = json!({"name": name, "value": value});
    let params = json!({"ref": of, "argument": argument, "context": context});
    let params: CompleteParams = serde_json::from_value(params).expect("these are parameters");
    client.complete(&params).await.expect("it is completed").values
}

#[disco_sdk::test(server = server(), reader = check, since = V2025_06_18)]
async fn what_can_be_listed_is_completed_by_itself(client: Client) -> Result<()> {
    let prompt = json!({"type": "ref/prompt", "name": "review"});
    for (name, typed, values) in [
        ("focus", "", &["correctness", "run-time", "style"][..]),
        ("other", "R", &["run-time"]),
        ("short", "t", &["true"]),
        ("language", "ru", &["rust", "ruby"]),
        ("most", "", &[]),
        ("file", "main", &["main.go"]),
    ] {
        assert_eq!(completed(&client, prompt.clone(), name, typed).await, values, "{name}");
    }
    let template = json!({"type": "ref/resource", "uri": "focus://{focus}/{page}"});
    assert_eq!(completed(&client, template.clone(), "focus", "cor").await, ["correctness"]);
    assert_eq!(completed(&client, template, "page", "2").await, ["style-21"]);
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn messages_are_of_every_kind(client: Client, version: Version) -> Result<()> {
    let messages = client.prompt("everything", json!({})).await?.messages;
    assert_eq!(messages.len(), 7);
    assert_eq!((messages[0].role, messages[1].role), (Role::User, Role::Assistant));
    assert!(matches!(&messages[2].content, Content::Image(image) if image.mime_type == "image/png"));
    let has_audio = version >= Version::V2025_03_26;
    assert_eq!(matches!(&messages[3].content, Content::Audio(_)), has_audio);
    let has_links = version >= Version::V2025_06_18;
    assert_eq!(matches!(&messages[4].content, Content::ResourceLink(_)), has_links);
    assert!(matches!(&messages[5].content, Content::Resource(one) if one.resource.text.is_some()));
    assert!(matches!(&messages[6].content, Content::Resource(one) if one.resource.blob.is_some()));
    Ok(())
}
