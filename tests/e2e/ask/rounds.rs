//! Questions of the modern era: a call in several rounds.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use disco_sdk::client::{Answers, Client};
use disco_sdk::{Limits, Server, Service, Version};
use serde_json::{Map, Value, json};

use super::fixture::{Effects, asking};
use super::{accept, capabilities, client};
use crate::support::{TestServer, modern_call};

pub(super) const CALL: &str = "tools/call";

pub(super) async fn raw(server: Server) -> Client {
    raw_of(&server.build().expect("the server builds")).await
}

/// A client that is driven round by round.
pub(super) async fn raw_of(service: &Service) -> Client {
    service.client_with(Version::LATEST, Answers::new(capabilities(), |_| None)).await.expect("it connects")
}

pub(super) fn params(tool: &str) -> Value {
    json!({"name": tool, "arguments": {}})
}

/// The parameters of the next round, each question answered with `{value}`.
pub(super) fn answered(mut params: Value, result: &Value, value: &Value) -> Value {
    assert_eq!(result["resultType"], "input_required", "{result}");
    let keys = result["inputRequests"].as_object().expect("questions").keys();
    let answer = json!({"action": "accept", "content": {"value": value}});
    let answers: Map<String, Value> = keys.map(|key| (key.clone(), answer.clone())).collect();
    params["inputResponses"] = answers.into();
    params["requestState"] = result["requestState"].clone();
    params
}

/// Calls until there is a result, and gives it with the number of rounds that asked.
pub(super) async fn finish(
    client: &Client,
    params: Value,
    value: Value,
) -> disco_sdk::Result<(Value, usize)> {
    let mut result = client.request(CALL, params.clone()).await?;
    let mut rounds = 0;
    while result["resultType"] == "input_required" {
        rounds += 1;
        result = client.request(CALL, answered(params.clone(), &result, &value)).await?;
    }
    Ok((result, rounds))
}

pub(super) fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text in {result}"))
}

#[tokio::test]
async fn a_question_is_a_result_that_fits_the_schema() {
    let client = raw(asking()).await;
    let result = client.request(CALL, params("together")).await.unwrap();
    crate::wire::Schema::of(Version::LATEST).check("InputRequiredResult", &result);
    let asked = result["inputRequests"].as_object().unwrap();
    let methods: Vec<_> =
        asked.iter().map(|(key, one)| (key.as_str(), one["method"].as_str().unwrap())).collect();
    let expected = [
        ("user_name", "elicitation/create"),
        ("capital", "sampling/createMessage"),
        ("client_roots", "roots/list"),
    ];
    assert_eq!(methods, expected);
    assert!(result["_meta"]["io.modelcontextprotocol/serverInfo"].is_object());
}

#[tokio::test]
async fn a_call_with_a_long_text_can_ask_too_and_goes_on_with_all_of_it() {
    let client = raw(asking()).await;
    let long = json!({"name": "meant", "arguments": {"text": "x".repeat(1 << 20)}});
    let (result, rounds) = finish(&client, long, json!(true)).await.unwrap();
    assert_eq!((text(&result), rounds), ("1048576: true", 1));
}

#[tokio::test]
async fn answers_are_taken_by_key_also_without_a_state() {
    let client = raw(asking()).await;
    let mut first = params("order");
    first["inputResponses"] = json!({
        "order": accept(&json!({"count": 1, "size": "small"})),
        "nobody asked": 1,
    });
    assert_eq!(text(&client.request(CALL, first.clone()).await.unwrap()), "1 Small ");
    // A wrong key is passed over, and the question asked.
    first["inputResponses"] = json!({"wrong": accept(&json!({}))});
    let result = client.request(CALL, first).await.unwrap();
    assert!(result["inputRequests"]["order"].is_object(), "{result}");
}

#[tokio::test]
async fn what_is_no_answer_is_refused_with_its_place() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("order")).await.unwrap();
    let retry = |responses: Value| {
        let mut retry = params("order");
        retry["inputResponses"] = responses;
        retry["requestState"] = asked["requestState"].clone();
        client.request(CALL, retry)
    };
    for (responses, pointer) in [
        (Value::Null, "/params/inputResponses"),
        (json!([]), "/params/inputResponses"),
        (json!({"order": 12345}), "/params/inputResponses/order"),
        (json!({"order": {"action": "maybe"}}), "/params/inputResponses/order"),
        (json!({"order": {"content": {}}}), "/params/inputResponses/order"),
    ] {
        let error = retry(responses).await.unwrap_err();
        assert_eq!((error.code().0, error.data()["pointer"].as_str()), (-32602, Some(pointer)), "{error}");
    }
}

#[tokio::test]
async fn a_partial_reply_is_kept_and_only_the_rest_is_asked_again() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("together")).await.unwrap();
    let mut retry = params("together");
    retry["requestState"] = asked["requestState"].clone();
    retry["inputResponses"] = json!({"client_roots": {"roots": []}});
    let asked = client.request(CALL, retry.clone()).await.unwrap();
    assert_eq!(
        asked["inputRequests"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["user_name", "capital"]
    );
    retry["requestState"] = asked["requestState"].clone();
    retry["inputResponses"] = json!({
        "user_name": accept(&json!({"value": "Ada"})),
        "capital": {"role": "assistant", "content": {"type": "text", "text": "Paris"}, "model": "m"},
    });
    assert_eq!(text(&client.request(CALL, retry).await.unwrap()), "Ada, Paris, 0");
}

#[tokio::test]
async fn a_question_asked_again_has_a_new_key() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("order")).await.unwrap();
    let wrong = accept(&json!({"count": 12, "size": "small"}));
    let mut retry = params("order");
    retry["requestState"] = asked["requestState"].clone();
    retry["inputResponses"] = json!({"order": wrong});
    let again = client.request(CALL, retry.clone()).await.unwrap();
    assert_eq!(again["inputRequests"].as_object().unwrap().keys().collect::<Vec<_>>(), ["order.2"]);
    // Who sends the old answer along does not answer the new question by it.
    retry["requestState"] = again["requestState"].clone();
    let again = client.request(CALL, retry.clone()).await.unwrap();
    let message = again["inputRequests"]["order.2"]["params"]["message"].as_str().unwrap();
    assert!(message.contains("must be at most 9"), "{message}");
}

#[tokio::test]
async fn a_state_is_refused_unless_it_is_whole_fresh_and_of_this_very_request() {
    let service = asking().key([7; 32]).build().unwrap();
    let client = raw_of(&service).await;
    let asked = client.request(CALL, params("order")).await.unwrap();
    let good = answered(params("order"), &asked, &json!(1));
    let reason = async |client: &Client, retry: Value| {
        let error = client.request(CALL, retry).await.unwrap_err();
        assert_eq!(error.code().0, -32602, "{error}");
        assert_eq!(error.data()["suggestion"], "call again without requestState");
        error.data()["reason"].as_str().unwrap().to_owned()
    };
    let mut tampered = good.clone();
    tampered["requestState"] = format!("{}-TAMPERED", good["requestState"].as_str().unwrap()).into();
    assert_eq!(reason(&client, tampered).await, "tampered");
    let mut other = good.clone();
    other["name"] = "careful".into();
    assert_eq!(reason(&client, other).await, "request");
    let mut other = good.clone();
    other["arguments"] = json!({"a": 1});
    assert_eq!(reason(&client, other).await, "request");
    let stranger = raw(asking()).await;
    assert_eq!(reason(&stranger, good.clone()).await, "tampered");

    let limits = Limits { answer: Duration::ZERO, ..Limits::default() };
    let hasty = raw(asking().limits(limits)).await;
    let asked = hasty.request(CALL, params("order")).await.unwrap();
    assert_eq!(reason(&hasty, answered(params("order"), &asked, &json!(1))).await, "expired");
    let mut number = good;
    number["requestState"] = json!(3);
    assert_eq!(client.request(CALL, number).await.unwrap_err().code().0, -32602);
}

#[tokio::test]
async fn another_replica_with_the_key_goes_on() {
    let first = raw(asking().key([7; 32])).await;
    let second = raw(asking().key([7; 32])).await;
    let asked = first.request(CALL, params("in_a_row")).await.unwrap();
    let asked = second.request(CALL, answered(params("in_a_row"), &asked, &json!("Ada"))).await.unwrap();
    let done = first.request(CALL, answered(params("in_a_row"), &asked, &json!("Byron"))).await.unwrap();
    assert_eq!(text(&done), "Ada Byron");
}

#[tokio::test]
async fn the_same_retry_twice_has_the_same_idempotency_key() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("buy")).await.unwrap();
    let asked = client.request(CALL, answered(params("buy"), &asked, &json!("hat"))).await.unwrap();
    let retry = answered(params("buy"), &asked, &json!("Rome"));
    let mut keys = Vec::new();
    for _ in 0..2 {
        let asked = client.request(CALL, retry.clone()).await.unwrap();
        let done = client.request(CALL, answered(params("buy"), &asked, &json!(true))).await.unwrap();
        keys.push(text(&done).to_owned());
    }
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0].len() >= 20);
    // Another call has another.
    let asked = client.request(CALL, params("buy")).await.unwrap();
    let asked = client.request(CALL, answered(params("buy"), &asked, &json!("hat"))).await.unwrap();
    let asked = client.request(CALL, answered(params("buy"), &asked, &json!("Rome"))).await.unwrap();
    let done = client.request(CALL, answered(params("buy"), &asked, &json!(true))).await.unwrap();
    assert_ne!(text(&done), keys[0]);
}

#[tokio::test]
async fn the_failure_of_an_effect_is_kept_too() {
    let effects = Arc::new(Effects::default());
    let client = raw(asking().shared_state(Arc::clone(&effects))).await;
    let (done, rounds) = finish(&client, params("card"), json!("gold")).await.unwrap();
    assert_eq!((text(&done), rounds), ("DECLINED_CARD gold", 1));
    assert_eq!(effects.done.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn another_path_than_before_is_an_error_that_names_both() {
    let client = raw(asking()).await;
    let error = finish(&client, params("fickle"), json!("Ada")).await.unwrap_err();
    assert_eq!(error.code().0, -32603);
    assert_eq!(error.data()["expected"], "Your name?");
    assert_eq!(error.data()["found"], "What is your quest?");
    assert!(error.message().contains("another path"), "{error}");
}

#[tokio::test]
async fn a_question_that_changes_in_every_round_is_found_out() {
    let client = raw(asking()).await;
    let error = finish(&client, params("ticking"), json!("Ada")).await.unwrap_err();
    assert!(error.message().contains("changes in every round"), "{error}");
    assert!(error.message().contains("It is 10 o'clock") && error.message().contains("It is 11"), "{error}");
}

#[tokio::test]
async fn the_eleventh_round_is_refused_with_what_to_do() {
    let client = raw(asking()).await;
    let times = |times: usize| json!({"name": "often", "arguments": {"times": times}});
    let (done, rounds) = finish(&client, times(10), json!(1)).await.unwrap();
    assert_eq!((text(&done), rounds), ("10", 10));
    let error = finish(&client, times(11), json!(1)).await.unwrap_err();
    assert!(error.code().0 == -32603 && error.message().contains("join!"), "{error}");
}

#[tokio::test]
async fn a_state_that_would_be_too_large_is_refused_with_what_makes_it_so() {
    let limits = Limits { request_state: 2000, ..Limits::default() };
    let client = raw(asking().limits(limits)).await;
    let error = finish(&client, params("in_a_row"), json!("x".repeat(3000))).await.unwrap_err();
    assert!(error.code().0 == -32603 && error.message().contains("Your first name?"), "{error}");
    for setting in ["Server::request_states", "Limits::request_state"] {
        assert!(error.message().contains(setting), "{error}");
    }
}

#[tokio::test]
async fn a_choice_between_questions_takes_the_same_rounds_every_time() {
    let client = raw(asking()).await;
    for _ in 0..200 {
        let mut result = client.request(CALL, params("either")).await.unwrap();
        let mut rounds = 0;
        let mut first = true;
        while result["resultType"] == "input_required" {
            rounds += 1;
            assert_eq!(result["inputRequests"].as_object().unwrap().len(), if first { 2 } else { 1 });
            let value = if first { json!("x") } else { json!(true) };
            first = false;
            result = client.request(CALL, answered(params("either"), &result, &value)).await.unwrap();
        }
        assert_eq!(rounds, 2);
        assert!(text(&result).ends_with("x true"), "{result}");
    }
}

#[tokio::test(start_paused = true)]
async fn questions_behind_a_little_work_travel_together() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("behind_work")).await.unwrap();
    assert_eq!(asked["inputRequests"].as_object().unwrap().len(), 2);
    let (done, rounds) = finish(&client, params("behind_work"), json!("x")).await.unwrap();
    assert_eq!((text(&done), rounds), ("x x", 1));
}

#[tokio::test(start_paused = true)]
async fn an_effect_beside_a_question_is_waited_for() {
    let effects = Arc::new(Effects::default());
    let client = raw(asking().shared_state(Arc::clone(&effects))).await;
    let (done, rounds) = finish(&client, params("slow_effect"), json!("Ada")).await.unwrap();
    assert_eq!((text(&done), rounds), ("Ada 1", 1));
    assert_eq!(effects.done.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_late_answer_does_not_count() {
    let client = raw(asking()).await;
    let call = |milliseconds: u64| json!({"name": "patient", "arguments": {"milliseconds": milliseconds}});
    let (done, _) = finish(&client, call(0), json!("Ada")).await.unwrap();
    assert_eq!(text(&done), "nobody");
    let (done, _) = finish(&client, call(60_000), json!("Ada")).await.unwrap();
    assert_eq!(text(&done), "Ada");
}

#[tokio::test]
async fn a_task_of_the_handler_asks_too() {
    let client = raw(asking()).await;
    let (done, rounds) = finish(&client, params("from_a_task"), json!("Ada")).await.unwrap();
    assert_eq!((text(&done), rounds), ("Ada", 1));
}

#[tokio::test]
async fn scopes_tell_equal_questions_apart_and_keys_must_differ() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("scoped")).await.unwrap();
    let keys: Vec<&String> = asked["inputRequests"].as_object().unwrap().keys().collect();
    assert!(keys[0].starts_with("one/q-") && keys[1].starts_with("two/q-"), "{keys:?}");
    let error = client.request(CALL, params("twins")).await.unwrap_err();
    assert!(error.message().contains("One?") && error.message().contains("Two?"), "{error}");
}

#[tokio::test]
async fn what_was_said_before_is_not_said_again() {
    let client = client(Version::LATEST, |_| accept(&json!({"value": "Ada"}))).await;
    let (result, said) = client.call_and_listen("chatty", json!({})).await.unwrap();
    assert_eq!(result.text(), "Ada");
    let words: Vec<_> = said.iter().map(|said| said.params["message"].as_str().unwrap()).collect();
    assert_eq!(words, ["before", "after"]);
}

#[tokio::test]
async fn over_http_a_question_is_plain_json_and_a_missing_capability_400() {
    let server = TestServer::serve(asking()).await;
    let mut call = modern_call(1, "careful", json!({}));
    call["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    let response = server.send(server.modern(&call)).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    let asked: Value = response.json().await.unwrap();
    call["params"] = answered(call["params"].clone(), &asked["result"], &json!("Ada"));
    call["id"] = json!(2);
    let done = server.json(server.modern(&call)).await;
    assert_eq!(text(&done["result"]), "Ada");

    let refused = server.send(server.modern(&modern_call(3, "visit", json!({})))).await;
    assert_eq!(refused.status(), 400);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(refused["error"]["code"], -32021);
    assert_eq!(refused["error"]["data"]["requiredCapabilities"], json!({"elicitation": {"url": {}}}));
}
