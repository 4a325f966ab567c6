//! `layer::Concurrency`.

use std::sync::Arc;

use disco_sdk::client::Client;
use disco_sdk::layer::{self, Concurrency};
use disco_sdk::prelude::*;
use disco_tests::Gate;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::support::{TestServer, modern_call};

/// Waits at the gate.
#[tool]
async fn wait(gate: State<Gate>) -> &'static str {
    gate.pass().await;
    "through"
}

/// Waits at the same gate.
#[tool]
async fn wait_too(gate: State<Gate>) -> &'static str {
    gate.pass().await;
    "through"
}

/// Waits nowhere.
#[tool]
fn free() -> &'static str {
    "free"
}

fn server(gate: &Arc<Gate>, bound: Concurrency) -> Server {
    let server = Server::new("gates", "1").shared_state(Arc::clone(gate));
    server.with(layer::around(bound, tools![wait, wait_too])).with(tools![free])
}

fn call(client: &Arc<Client>, tool: &'static str) -> JoinHandle<String> {
    let client = Arc::clone(client);
    tokio::spawn(async move { client.call(tool, json!({})).await.unwrap().text() })
}

#[tokio::test]
async fn one_value_is_one_bound_for_all_that_it_stands_around_and_its_queue_ends_somewhere() {
    let gate = Arc::new(Gate::default());
    let client = Arc::new(server(&gate, Concurrency::new(1).queue(1)).client().await.unwrap());
    let first = call(&client, "wait");
    gate.reached().await;
    // The queue has one place, for whichever of the two comes to it first.
    let (mut second, mut third) = (call(&client, "wait_too"), call(&client, "wait"));
    let (refused, waiting) = tokio::select! {
        refused = &mut second => (refused, third),
        refused = &mut third => (refused, second),
    };
    let refused = refused.unwrap();
    assert!(refused.contains("BUSY") && refused.contains("1 such calls are under way, and 1 wait already"));
    assert_eq!(client.call("free", json!({})).await.unwrap().text(), "free");
    gate.open();
    assert_eq!(first.await.unwrap(), "through");
    gate.reached().await;
    gate.open();
    assert_eq!(waiting.await.unwrap(), "through");
}

#[tokio::test]
async fn without_a_queue_whoever_comes_is_refused_at_once_and_may_try_again_over_http_too() {
    let gate = Arc::new(Gate::default());
    let server = TestServer::serve(server(&gate, Concurrency::new(1).queue(0))).await;
    let first = server.json(server.modern(&modern_call(1, "wait", json!({}))));
    let refused = async {
        gate.reached().await;
        let answer = server.json(server.modern(&modern_call(2, "wait", json!({})))).await;
        gate.open();
        answer
    };
    let (first, refused) = tokio::join!(first, refused);
    assert_eq!(first["result"]["content"][0]["text"], "through", "{first}");
    let facts = &refused["result"]["_meta"]["dev.disco/error"];
    assert_eq!((&facts["code"], &facts["retryable"]), (&json!("BUSY"), &json!(true)), "{refused}");
}
