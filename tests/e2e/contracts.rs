//! Locks, budgets, and names that tools had before.

use std::fmt::Debug;
use std::path::Path;
use std::sync::{Arc, Mutex};

use disco_sdk::prelude::*;
use disco_sdk::{Version, testing};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context as Layered, Layer, SubscriberExt as _};

#[test]
fn the_everything_server_is_what_its_lock_says() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/everything/disco.lock.json");
    testing::contract(&disco_everything::server().build().unwrap(), lock);
}

#[test]
fn the_everything_server_stays_within_its_budget() {
    testing::token_budget(&disco_everything::server().build().unwrap(), 4_000);
}

#[test]
#[should_panic(expected = "the tools cost")]
fn a_budget_that_is_exceeded_fails_the_test() {
    testing::token_budget(&disco_everything::server().build().unwrap(), 100);
}

/// Adds two numbers.
#[tool(alias = "sum", read_only)]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Adds two numbers, slowly.
#[tool(deprecated = "use `add`")]
fn add_slowly(a: i64, b: i64) -> i64 {
    a + b
}

/// Adds nothing.
#[tool]
fn sum() -> i64 {
    0
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Words<'a>(&'a mut String);

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            *self.0 = format!("{value:?}");
        }
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Layered<'_, S>) {
        let mut words = String::new();
        event.record(&mut Words(&mut words));
        self.0.lock().unwrap().push(words);
    }
}

impl Log {
    fn about(&self, words: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|line| line.contains(words)).count()
    }
}

#[tokio::test]
async fn an_alias_answers_and_is_not_listed() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let service = Server::new("demo", "1.0.0").with(tools![add]).build().unwrap();
    for version in Version::ALL {
        let client = service.client_in(version).await.unwrap();
        let listed = client.tools().await.unwrap();
        assert_eq!(listed.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), ["add"]);
        for name in ["add", "sum"] {
            assert_eq!(client.call(name, json!({"a": 1, "b": 2})).await.unwrap().text(), "3");
        }
    }
    assert_eq!(log.about("the tool `add` is called by its former name `sum`"), 1);
}

#[tokio::test]
async fn a_deprecated_tool_says_what_to_use_instead_and_warns_once() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let service = Server::new("demo", "1.0.0").with(tools![add, add_slowly]).build().unwrap();
    let client = service.client().await.unwrap();
    let listed = client.tools().await.unwrap();
    assert_eq!(listed[1].description.as_deref(), Some("Deprecated: use `add`\n\nAdds two numbers, slowly."));
    assert_eq!(listed[1].meta.as_ref().unwrap()["dev.disco/deprecated"], "use `add`");
    assert_eq!(log.about("deprecated"), 0);
    for _ in 0..2 {
        assert_eq!(client.call("add_slowly", json!({"a": 1, "b": 2})).await.unwrap().text(), "3");
    }
    assert_eq!(log.about("the deprecated tool `add_slowly` is called: use `add`"), 1);
}

#[test]
fn an_alias_that_another_tool_has_for_a_name_is_refused_at_build() {
    let words = Server::new("demo", "1.0.0").with(tools![add, sum]).build().unwrap_err().to_string();
    assert!(words.contains("2 tools are named `sum`"), "{words}");
}

#[test]
fn a_server_over_its_budget_is_not_built_and_the_costs_are_named() {
    let server = || Server::new("demo", "1.0.0").with(tools![add, add_slowly]);
    assert!(server().token_budget(200).build().is_ok());
    let words = server().token_budget(20).build().unwrap_err().to_string();
    let (first, second) =
        (words.find("add_slowly").unwrap(), words.rfind("add\n").or(words.rfind("  add")).unwrap());
    assert!(words.contains("the budget is 20") && first < second, "{words}");
}

#[test]
fn the_budget_of_a_server_is_estimated_within_a_tenth() {
    let servers: [fn() -> Server; 3] = [disco_everything::server, disco_tests::fixture, disco_tests::people];
    for server in servers {
        let costs = testing::token_costs(&server().build().unwrap());
        let counted: usize = costs.iter().map(|cost| cost.1).sum();
        assert!(server().token_budget(counted * 11 / 10).build().is_ok(), "{counted}");
        assert!(server().token_budget(counted * 9 / 10).build().is_err(), "{counted}");
    }
}
