//! Several messages in one array, which 2025-03-26 has and no other revision.

use std::sync::Arc;

use disco_sdk::{Limits, Version};
use disco_tests::{Gate, fixture};
use http::StatusCode;
use serde_json::{Value, json};

use super::support::{Direct, Process, call, code, event, initialize, json, modern_call, request};

const VERSION: Version = Version::V2025_03_26;

fn note() -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/initialized"})
}

fn answer_of(answers: &Value, id: i64) -> &Value {
    let answers = answers.as_array().unwrap_or_else(|| panic!("no batch: {answers}"));
    answers
        .iter()
        .find(|answer| answer["id"] == id)
        .unwrap_or_else(|| panic!("no answer to {id}: {answers:?}"))
}

#[tokio::test]
async fn every_request_is_answered_and_the_rest_is_taken() {
    let server = Direct::new(fixture());
    let session = server.open_session(VERSION).await;
    let batch = json!([
        call(1, "add", json!({"a": 1, "b": 1})),
        note(),
        {"jsonrpc": "2.0", "id": "nobody asked", "result": {}},
        call(2, "no such tool", json!({})),
        7,
        request(3, "ping", json!({})),
    ]);
    let response = server.post(Some(&session), &batch).await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    let answers = json(response).await;
    assert_eq!(answers.as_array().unwrap().len(), 4);
    assert_eq!(answer_of(&answers, 1)["result"]["content"][0]["text"], "2");
    assert_eq!(code(answer_of(&answers, 2)), -32602);
    assert_eq!(answer_of(&answers, 3)["result"], json!({}));
    assert!(answers.as_array().unwrap().iter().any(|answer| answer["error"]["code"] == -32600));

    let silent = server.post(Some(&session), &json!([note(), note()])).await;
    assert_eq!(silent.status(), StatusCode::ACCEPTED);
    let alone = server.post(None, &json!([request(1, "ping", json!({}))])).await;
    assert_eq!(json(alone).await[0]["result"], json!({}), "without a session 2025-03-26 is assumed");
}

#[tokio::test]
async fn what_is_said_meanwhile_is_told_one_by_one_and_the_answers_together() {
    let gate = Arc::new(Gate::default());
    let server = Direct::new(fixture().shared_state(Arc::clone(&gate)));
    let session = server.open_session(VERSION).await;
    let mut steps = call(1, "steps", json!({}));
    steps["params"]["_meta"] = json!({"progressToken": "p"});
    let batch = json!([call(2, "wait", json!({})), steps, request(3, "ping", json!({}))]);
    let mut stream = server.post(Some(&session), &batch).await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    for step in 1..=3 {
        let told = event(&mut stream).await.unwrap();
        assert!(told.id.is_some());
        assert_eq!(told.message()["params"]["progress"], f64::from(step));
    }
    assert_eq!(event(&mut stream).await.unwrap().message()["method"], "notifications/message");
    gate.open();
    let answers = event(&mut stream).await.unwrap().message();
    assert_eq!(answers.as_array().unwrap().len(), 3);
    assert_eq!(answer_of(&answers, 1)["result"]["content"][0]["text"], "done");
    assert_eq!(answer_of(&answers, 2)["result"]["content"][0]["text"], "waited");
    assert_eq!(event(&mut stream).await, None);
}

#[tokio::test]
async fn a_batch_that_is_none_is_refused_in_words() {
    let server = Direct::new(fixture().limits(Limits { batch: 2, ..Limits::default() }));
    let session = server.open_session(VERSION).await;
    let ping = |id| request(id, "ping", json!({}));
    let pings = |count: i64| (1..=count).map(ping).collect::<Value>();
    for (batch, number, words) in [
        (json!([]).to_string(), -32600, "at least one"),
        (pings(3).to_string(), -32600, "at most 2"),
        (format!("{}x", pings(1)), -32700, "not JSON"),
        ("[{]".to_owned(), -32700, "not JSON"),
    ] {
        let headers = [("content-type", "application/json"), ("mcp-session-id", session.as_str())];
        let refused = server.send(http::Method::POST, &headers, &batch).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{batch}");
        let answer = json(refused).await;
        assert_eq!(code(&answer), number);
        assert!(answer["error"]["message"].as_str().unwrap().contains(words), "{answer}");
    }
    assert_eq!(json(server.post(Some(&session), &pings(2)).await).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_has_to_stand_alone_is_refused_within_a_batch() {
    let server = Direct::new(fixture());
    let mut hello = initialize(VERSION);
    hello["id"] = json!(1);
    let twice = request(4, "ping", json!({}));
    let batch = json!([hello, modern_call(2, "add", json!({"a": 1})), twice, twice]);
    let response = server.post(None, &batch).await;
    assert!(response.headers().get("mcp-session-id").is_none());
    let answers = json(response).await;
    for (id, words) in [(1, "initialize"), (2, "names its own revision")] {
        let answer = answer_of(&answers, id);
        assert_eq!(code(answer), -32600);
        assert!(answer["error"]["message"].as_str().unwrap().contains(words), "{answer}");
    }
    let to_four: Vec<_> = answers.as_array().unwrap().iter().filter(|answer| answer["id"] == 4).collect();
    assert_eq!(to_four.len(), 2);
    assert_eq!(to_four.iter().filter(|answer| answer.get("error").is_some()).count(), 1);
}

#[tokio::test]
async fn other_revisions_refuse_batches_and_say_why() {
    let batch = json!([request(1, "ping", json!({}))]);
    for version in Version::ALL.into_iter().filter(|version| version.is_legacy() && *version != VERSION) {
        let server = Direct::new(fixture());
        let session = server.open_session(version).await;
        let refused = server.post(Some(&session), &batch).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let words = json(refused).await["error"]["message"].as_str().unwrap().to_owned();
        assert!(words.contains(VERSION.as_str()) && words.contains(version.as_str()), "{words}");
    }
    let mut process = Process::start();
    let answer = process.ask(&batch).await;
    assert_eq!(code(&answer), -32600);
    assert!(answer["error"]["message"].as_str().unwrap().contains("one message at a time"), "{answer}");
}

#[tokio::test]
async fn on_stdio_a_batch_is_answered_by_one_line() {
    let mut process = Process::start();
    process.ask(&initialize(VERSION)).await;
    let mut steps = call(1, "steps", json!({}));
    steps["params"]["_meta"] = json!({"progressToken": "p"});
    process.send(&json!([note(), request(2, "ping", json!({})), steps])).await;
    let answers = loop {
        let message = process.message().await;
        if message.is_array() {
            break message;
        }
        assert!(message["method"].as_str().unwrap().starts_with("notifications/"));
    };
    assert_eq!(answer_of(&answers, 1)["result"]["content"][0]["text"], "done");
    assert_eq!(answer_of(&answers, 2)["result"], json!({}));
    assert_eq!(process.ask(&request(3, "ping", json!({}))).await["id"], 3);
}
