//! What layers see, what they may change, and in which order a call comes to them.

use std::sync::{Arc, Mutex};

use disco_sdk::layer::{self, Call, Kind, Next, Outcome};
use disco_sdk::prelude::*;
use disco_sdk::{Extension, Version};
use serde_json::json;

use crate::support::{TestServer, modern_call};

/// What has happened, in order.
#[derive(Clone, Debug, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn read(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A layer that notes who comes in and what goes out.
fn noting(
    name: &'static str,
) -> layer::FromFn<impl Fn(Call, Next) -> disco_sdk::BoxFuture<'static, Result<Outcome>> + Clone + Send + Sync>
{
    layer::from_fn(move |call: Call, next: Next| -> disco_sdk::BoxFuture<'static, Result<Outcome>> {
        Box::pin(async move {
            let diary = call.context().state::<Diary>();
            if let Some(diary) = &diary {
                diary.note(format!("{name} {} {}", call.kind(), call.name()));
            }
            let outcome = next.run(call).await;
            if let Some(diary) = diary {
                diary.note(format!("{name} {}", if outcome.is_ok() { "out" } else { "failed" }));
            }
            outcome
        })
    })
}

struct Shelf(&'static [&'static str]);

const SHELF: Shelf = Shelf(&["emma", "ivanhoe", "kim"]);

#[handlers(layer = (noting("shelf"), noting("inner shelf")))]
impl Shelf {
    /// Counts the books.
    #[tool(layer = noting("count"))]
    fn count(&self, diary: State<Diary>) -> usize {
        diary.note("counted");
        self.0.len()
    }

    /// A book.
    #[resource("book://{title}", layer = noting("book"))]
    fn book(&self, title: String) -> Result<String> {
        let found = self.0.iter().find(|book| **book == title);
        found.map(|book| format!("about {book}")).ok_or_else(|| Error::new("no such book"))
    }

    /// Asks for a summary.
    #[prompt]
    fn summary(&self) -> String {
        format!("Sum {} up.", self.0.join(", "))
    }
}

/// Nothing stands around it but the server's.
#[tool]
fn plain() -> &'static str {
    "plain"
}

/// Has one of its own.
#[tool(layer = noting("own"))]
fn alone() -> &'static str {
    "alone"
}

/// Has one of its own.
#[prompt(layer = noting("own"))]
fn asked() -> &'static str {
    "Go on."
}

fn server(diary: &Diary) -> Server {
    let server = Server::new("library", "1").with(SHELF).with(tools![plain]).state(diary.clone());
    server.layer(noting("first")).layer(noting("second"))
}

#[tokio::test]
async fn a_call_comes_to_the_servers_layers_then_to_the_values_then_to_its_own() {
    let diary = Diary::default();
    for version in Version::ALL {
        let client = server(&diary).client_in(version).await.unwrap();
        client.call("count", json!({})).await.unwrap();
        let names = ["first", "second", "shelf", "inner shelf", "count"];
        let mut expected: Vec<String> = names.iter().map(|name| format!("{name} tool count")).collect();
        expected.push("counted".to_owned());
        expected.extend(names.iter().rev().map(|name| format!("{name} out")));
        assert_eq!(diary.read(), expected, "{version}");
        client.call("plain", json!({})).await.unwrap();
        assert_eq!(diary.read(), ["first tool plain", "second tool plain", "second out", "first out"]);
    }
}

#[tokio::test]
async fn resources_and_prompts_come_through_layers_as_tools_do_and_lists_do_not() {
    let diary = Diary::default();
    let client = server(&diary).client().await.unwrap();
    client.read("book://emma").await.unwrap();
    let seen = diary.read();
    assert_eq!(seen[..2], ["first resource book://{title}", "second resource book://{title}"]);
    assert_eq!((seen[4].as_str(), seen[5].as_str()), ("book resource book://{title}", "book out"));
    client.request("prompts/get", json!({"name": "summary"})).await.unwrap();
    assert_eq!(diary.read()[3], "inner shelf prompt summary");
    client.request("tools/list", json!({})).await.unwrap();
    assert_eq!(diary.read(), Vec::<String>::new());
}

#[tokio::test]
async fn a_free_tool_and_a_free_prompt_have_layers_of_their_own() {
    let diary = Diary::default();
    let server = Server::new("own", "1").with(tools![alone]).with(prompts![asked]).state(diary.clone());
    let client = server.client().await.unwrap();
    assert_eq!(client.call("alone", json!({})).await.unwrap().text(), "alone");
    assert_eq!(diary.read(), ["own tool alone", "own out"]);
    client.prompt("asked", json!({})).await.unwrap();
    assert_eq!(diary.read(), ["own prompt asked", "own out"]);
}

#[tokio::test]
async fn what_is_added_while_the_server_serves_comes_behind_its_layers_too_and_nothing_twice() {
    let diary = Diary::default();
    let service = Server::new("library", "1").dynamic().state(diary.clone()).layer(noting("first"));
    let service = service.with(SHELF).build().unwrap();
    service.registry().add(tools![plain]).unwrap();
    assert!(service.registry().remove_prompt("summary"));
    let client = service.client().await.unwrap();
    client.call("plain", json!({})).await.unwrap();
    assert_eq!(diary.read(), ["first tool plain", "first out"]);
    client.call("count", json!({})).await.unwrap();
    assert_eq!(diary.read().iter().filter(|line| line.starts_with("first tool")).count(), 1);
}

/// Adds two numbers.
#[tool]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Tells what a layer has found out.
#[tool]
fn tenant(tenant: Extension<String>) -> String {
    (*tenant).clone()
}

#[tokio::test]
async fn a_layer_sees_the_arguments_as_they_were_sent_and_may_send_others_on() {
    let doubling = layer::from_fn(|call: Call, next: Next| async move {
        assert_eq!((call.kind(), call.kind().method()), (Kind::Tool, "tools/call"));
        assert_eq!(call.arguments().unwrap().get(), r#"{"a":20,"b":1}"#);
        next.run(call.with_arguments(&json!({"a": 40, "b": 2}))?).await
    });
    let server = TestServer::serve(Server::new("sums", "1").with(tools![add]).layer(doubling)).await;
    let answer = server.json(server.modern(&modern_call(1, "add", json!({"a": 20, "b": 1})))).await;
    assert_eq!(answer["result"]["structuredContent"], 42, "{answer}");
}

#[tokio::test]
async fn a_layer_refuses_and_the_model_reads_why_or_the_client_of_a_resource() {
    let refusing = layer::from_fn(|call: Call, next: Next| async move {
        if call.caller().is_anonymous() {
            return Err(Error::new("not today").with_code("CLOSED").with_suggestion("come back tomorrow"));
        }
        next.run(call).await
    });
    for version in Version::ALL {
        let client = server(&Diary::default()).layer(refusing).client_in(version).await.unwrap();
        let result = client.call("plain", json!({})).await.unwrap();
        assert!(result.is_error && result.text().contains("CLOSED"), "{version}: {}", result.text());
        let error = client.read("book://emma").await.unwrap_err();
        assert_eq!((error.message(), error.data()["code"].as_str()), ("not today", Some("CLOSED")));
    }
}

#[tokio::test]
async fn what_a_layer_finds_out_the_handler_can_take() {
    let finding = layer::from_fn(|call: Call, next: Next| async move {
        call.context().set_extension("acme".to_owned());
        next.run(call).await
    });
    let server = |layered: bool| {
        let server = Server::new("tenants", "1").with(tools![tenant]);
        if layered { server.layer(finding) } else { server }
    };
    let client = server(true).client().await.unwrap();
    assert_eq!(client.call("tenant", json!({})).await.unwrap().text(), "acme");
    let client = server(false).client().await.unwrap();
    let error = client.call("tenant", json!({})).await.unwrap_err();
    assert!(error.message().contains("Extension<alloc::string::String>"), "{error}");
}

#[tokio::test]
async fn a_layer_that_answers_for_something_else_is_told_so() {
    let confused =
        layer::from_fn(|_: Call, _: Next| async { Ok(Outcome::Tool(ToolOutput::text("a tool's answer"))) });
    let client = server(&Diary::default()).layer(confused).client().await.unwrap();
    assert_eq!(client.call("plain", json!({})).await.unwrap().text(), "a tool's answer");
    let error = client.read("book://emma").await.unwrap_err();
    assert!(error.message().contains("for a resource as if it were a tool"), "{error}");
}
