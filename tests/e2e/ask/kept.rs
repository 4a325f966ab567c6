//! States that are too large to travel: the server's store has them, and the client carries their names.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use disco_sdk::client::Client;
use disco_sdk::{Caller, Error, Limits, RequestStates as _, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::capabilities;
use super::fixture::{Effects, asking};
use super::rounds::{CALL, answered, finish, params, raw, text};
use super::stores::{Shared, folder, shared};
use crate::support::{TestServer, modern_call};

/// What may travel in these tests.
const MOST: usize = 1500;

/// An answer that makes a state larger than that.
fn long() -> Value {
    json!("x".repeat(3000))
}

fn limits() -> Limits {
    Limits { request_state: MOST, ..Limits::default() }
}

fn replica() -> Server {
    asking().limits(limits()).key([7; 32])
}

async fn reason(client: &Client, params: Value) -> String {
    let error = client.request(CALL, params).await.expect_err("it is refused");
    assert_eq!(error.code().0, -32602, "{error}");
    assert_eq!(error.data()["pointer"], "/params/requestState");
    assert!(error.data()["suggestion"].as_str().unwrap().contains("without requestState"));
    error.data()["reason"].as_str().expect("a reason").to_owned()
}

#[tokio::test]
async fn any_replica_goes_on_with_what_a_shared_store_has() {
    let path = TempDir::new().unwrap();
    for give in shared(&path) {
        let effects = Arc::new(Effects::default());
        let replica = || raw(give(replica()).shared_state(Arc::clone(&effects)));
        let (first, second) = (replica().await, replica().await);
        let asked = first.request(CALL, params("buy")).await.unwrap();
        let asked = second.request(CALL, answered(params("buy"), &asked, &long())).await.unwrap();
        let state = asked["requestState"].as_str().unwrap();
        assert!(state.len() <= MOST, "{} characters travel", state.len());
        let asked = first.request(CALL, answered(params("buy"), &asked, &long())).await.unwrap();
        let retry = answered(params("buy"), &asked, &json!(true));
        let done = second.request(CALL, retry.clone()).await.unwrap();
        assert!(text(&done).len() >= 20, "the idempotency key: {done}");
        // A state may be used again, and the effect is remembered.
        assert_eq!(second.request(CALL, retry).await.unwrap()["content"], done["content"]);
        assert_eq!(effects.done.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn prompts_and_resources_have_large_states_too() {
    let client =
        raw(replica().limits(Limits { request_state: 400, ..limits() }).request_states(Shared::default()))
            .await;
    // What was asked already is long enough.
    for (method, params, place) in [
        ("prompts/get", json!({"name": "about"}), "/messages/0/content/text"),
        ("resources/read", json!({"uri": format!("letter://{}", "a".repeat(300))}), "/contents/0/text"),
    ] {
        let asked = client.request(method, params.clone()).await.unwrap();
        let done = client.request(method, answered(params, &asked, &json!("bees"))).await.unwrap();
        assert!(done.pointer(place).unwrap().as_str().unwrap().contains("bees"), "{done}");
    }
}

#[tokio::test]
async fn a_kept_state_is_taken_back_as_any_other_or_refused_by_the_same_words() {
    let store = Shared::default();
    let client = raw(replica().request_states(store.clone())).await;
    let asked = client.request(CALL, params("in_a_row")).await.unwrap();
    let asked = client.request(CALL, answered(params("in_a_row"), &asked, &long())).await.unwrap();
    let good = answered(params("in_a_row"), &asked, &json!("Byron"));

    let mut tampered = good.clone();
    let state = good["requestState"].as_str().unwrap();
    let other = if state.ends_with('A') { "B" } else { "A" };
    tampered["requestState"] = format!("{}{other}", &state[..state.len() - 1]).into();
    assert_eq!(reason(&client, tampered).await, "tampered");
    let mut other = good.clone();
    other["arguments"] = json!({"a": 1});
    assert_eq!(reason(&client, other).await, "request");
    let stranger = raw(asking().limits(limits()).key([8; 32]).request_states(store.clone())).await;
    assert_eq!(reason(&stranger, good.clone()).await, "tampered");
    // A replica with the key and without the store.
    assert_eq!(reason(&raw(replica()).await, good.clone()).await, "version");
    let other_store = raw(replica().request_states(Shared::default())).await;
    assert_eq!(reason(&other_store, good.clone()).await, "expired");
    let done = client.request(CALL, good).await.unwrap();
    assert!(text(&done).ends_with(" Byron"), "{done}");

    let hasty = Limits { answer: Duration::ZERO, ..limits() };
    let hasty = raw(replica().limits(hasty).request_states(store)).await;
    let mut late = params("in_a_row");
    late["inputResponses"] = good_answer(&client).await;
    let asked = hasty.request(CALL, late).await.unwrap();
    assert!(asked["requestState"].as_str().unwrap().len() <= MOST);
    assert_eq!(reason(&hasty, answered(params("in_a_row"), &asked, &json!("Byron"))).await, "expired");
}

/// A long answer to the first question of `in_a_row`, by its name.
async fn good_answer(client: &Client) -> Value {
    let asked = client.request(CALL, params("in_a_row")).await.unwrap();
    answered(params("in_a_row"), &asked, &long())["inputResponses"].clone()
}

#[tokio::test]
async fn what_somebody_else_puts_into_the_store_is_not_taken_for_a_state() {
    let path = TempDir::new().unwrap();
    let client = raw(replica().request_states(folder(&path))).await;
    let mut retries = Vec::new();
    for name in ["Byron", "Lovelace"] {
        let asked = client.request(CALL, params("in_a_row")).await.unwrap();
        let asked = client.request(CALL, answered(params("in_a_row"), &asked, &long())).await.unwrap();
        retries.push(answered(params("in_a_row"), &asked, &json!(name)));
    }
    let kept: Vec<_> = std::fs::read_dir(path.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none())
        .collect();
    assert_eq!(kept.len(), 2);
    let whole = std::fs::read(&kept[0]).unwrap();
    assert!(!String::from_utf8_lossy(&whole).contains("xxx"), "it is sealed");
    // Each is good under its own name only.
    std::fs::copy(&kept[0], &kept[1]).unwrap();
    let mut outcomes = Vec::new();
    for retry in &retries {
        outcomes
            .push(client.request(CALL, retry.clone()).await.map_err(|error| error.data()["reason"].clone()));
    }
    outcomes.sort_by_key(Result::is_err);
    assert!(outcomes[0].is_ok() && outcomes[1].as_ref().unwrap_err() == "tampered", "{outcomes:?}");
}

#[tokio::test]
async fn a_kept_state_is_its_callers_only() {
    let server = replica().request_states(Shared::default()).caller(|parts| {
        let person = parts.header("x-person").ok_or_else(|| Error::unauthorized("who is it?"))?;
        Ok::<_, Error>(Caller::new("test", person))
    });
    let server = TestServer::serve(server).await;
    let mut message = modern_call(1, "in_a_row", json!({}));
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    let first = message["params"].clone();
    for name in [long(), json!("Byron")] {
        let asked = server.json(server.modern(&message).header("x-person", "ada")).await;
        message["params"] = answered(first.clone(), &asked["result"], &name);
    }
    let foreign = server.json(server.modern(&message).header("x-person", "eve")).await;
    assert_eq!(foreign["error"]["data"]["reason"], "principal", "{foreign}");
    let own = server.json(server.modern(&message).header("x-person", "ada")).await;
    assert!(text(&own["result"]).ends_with(" Byron"), "{own}");
}

#[tokio::test]
async fn what_is_too_large_for_the_store_too_is_refused_with_the_setting() {
    let limits = Limits { kept_state: 4000, ..limits() };
    let client = raw(replica().limits(limits).request_states(Shared::default())).await;
    let error = finish(&client, params("in_a_row"), json!("x".repeat(5000))).await.unwrap_err();
    assert_eq!(error.code().0, -32603);
    assert!(
        error.message().contains("4000 is the most") && error.message().contains("Limits::kept_state"),
        "{error}"
    );

    let full = Shared::new(10, 1000);
    let client = raw(replica().request_states(full.clone())).await;
    let error = finish(&client, params("in_a_row"), long()).await.unwrap_err();
    assert_eq!(error.code().0, -32000, "{error}");
    assert_eq!(full.get("nothing").await.unwrap(), None);
}
