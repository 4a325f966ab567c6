//! Questions where something else happens besides: many at once, panics, clients that go away.

use std::sync::Arc;

use disco_sdk::client::Answers;
use disco_sdk::{Limits, Version};
use serde_json::{Value, json};

use super::fixture::{Effects, asking};
use super::rounds::{CALL, answered, finish, params, raw, raw_of, text};
use super::{accept, capabilities};
use crate::support::{TestServer, modern_call};

#[tokio::test(start_paused = true)]
async fn many_questions_at_once_are_one_round_also_behind_futures_that_keep_their_waker() {
    let client = raw(asking().limits(Limits { questions: 64, ..Limits::default() })).await;
    let call = |size: usize| json!({"name": "crowd", "arguments": {"size": size}});
    for size in [2, 30, 31, 64] {
        let (done, rounds) = finish(&client, call(size), json!(true)).await.unwrap();
        assert_eq!((text(&done), rounds), (size.to_string().as_str(), 1));
    }
    let error = client.request(CALL, call(65)).await.unwrap_err();
    assert!(error.message().contains("64 questions of this call are open already"), "{error}");
    let (done, rounds) = finish(&client, params("as_they_come"), json!("x")).await.unwrap();
    assert_eq!((text(&done), rounds), ("x x", 1));
}

#[tokio::test(start_paused = true)]
async fn a_tool_may_have_a_settle_window_of_its_own() {
    let client = raw(asking()).await;
    let (done, rounds) = finish(&client, params("leisurely"), json!("x")).await.unwrap();
    assert_eq!((text(&done), rounds), ("x x", 1));
    // `behind_work` has that of the server, which is too short here.
    let hasty = Limits { settle: std::time::Duration::from_millis(1), ..Limits::default() };
    let client = raw(asking().limits(hasty)).await;
    let asked = client.request(CALL, params("behind_work")).await.unwrap();
    assert_eq!(asked["inputRequests"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_panic_in_a_later_round_leaves_the_state_good() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("touchy")).await.unwrap();
    let failed = client.request(CALL, answered(params("touchy"), &asked, &json!("boo"))).await.unwrap();
    assert_eq!(failed["isError"], true, "{failed}");
    assert_eq!(failed.get("requestState"), None);
    let done = client.request(CALL, answered(params("touchy"), &asked, &json!("hello"))).await.unwrap();
    assert_eq!(text(&done), "hello");
}

#[tokio::test]
async fn a_handler_that_ends_before_its_log_does_is_let_go() {
    let client = raw(asking()).await;
    let (done, rounds) = finish(&client, params("forgetful"), json!("Ada")).await.unwrap();
    assert_eq!((text(&done), rounds), ("never mind", 2));
}

#[tokio::test]
async fn a_capability_that_is_gone_in_a_later_round_is_an_error() {
    let service = asking().key([7; 32]).build().unwrap();
    let able = raw_of(&service).await;
    let unable = service.client_with(Version::LATEST, Answers::default()).await.unwrap();
    let asked = able.request(CALL, params("in_a_row")).await.unwrap();
    let error = unable.request(CALL, answered(params("in_a_row"), &asked, &json!("Ada"))).await.unwrap_err();
    assert_eq!(error.code().0, -32021, "{error}");
    assert_eq!(error.data()["requiredCapabilities"], json!({"elicitation": {"form": {}}}));
}

/// A call over HTTP, with what a client that answers questions says of itself.
fn over_http(id: i64, tool: &str) -> Value {
    let mut call = modern_call(id, tool, json!({}));
    call["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    call
}

#[tokio::test]
async fn over_http_every_round_is_a_request_of_its_own() {
    let server = TestServer::serve(asking()).await;
    let first = over_http(1, "in_a_row");
    let mut call = first.clone();
    for (round, name) in ["Ada", "Lovelace"].into_iter().enumerate() {
        let asked = server.json(server.modern(&call)).await;
        call["params"] = answered(first["params"].clone(), &asked["result"], &json!(name));
        call["id"] = json!(round + 2);
    }
    let done = server.json(server.modern(&call)).await;
    assert_eq!(text(&done["result"]), "Ada Lovelace");
}

#[tokio::test]
async fn an_effect_that_a_client_abandons_is_begun_again_with_the_same_key() {
    let effects = Arc::new(Effects::default());
    let server = TestServer::serve(asking().shared_state(Arc::clone(&effects))).await;
    let first = over_http(1, "slow_charge");
    let asked = server.json(server.modern(&first)).await;
    let mut retry = first.clone();
    retry["params"] = answered(first["params"].clone(), &asked["result"], &json!("hat"));
    let abandoned = tokio::spawn(server.modern(&retry).send());
    effects.gate.reached().await;
    abandoned.abort();
    assert!(abandoned.await.is_err_and(|error| error.is_cancelled()));
    retry["id"] = json!(2);
    let again = tokio::spawn(server.modern(&retry).send());
    effects.gate.reached().await;
    effects.gate.open();
    let done: Value = again.await.unwrap().unwrap().json().await.unwrap();
    let keys = effects.keys.lock().unwrap().clone();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
    assert_eq!(text(&done["result"]), format!("hat {}", keys[0]));
}

#[tokio::test]
async fn what_lists_and_completes_cannot_ask() {
    let client = super::client(Version::LATEST, |_| accept(&json!({"value": "x"}))).await;
    for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        let result = client.request(method, json!({})).await.unwrap();
        assert_eq!(result["resultType"], "complete", "{method}: {result}");
    }
}
