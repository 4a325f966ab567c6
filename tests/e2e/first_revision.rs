//! HTTP+SSE of 2024-11-05.

use disco_sdk::Version;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::support::{Events, TestServer, call, initialize, request};

async fn open(server: &TestServer) -> (Events, String) {
    let get = server.client.get(server.url("/sse")).header("accept", "text/event-stream");
    let mut events = Events::of(server.send(get).await);
    let (name, endpoint) = events.next().await.unwrap();
    assert_eq!(name, "endpoint");
    (events, server.url(&endpoint))
}

async fn post(server: &TestServer, url: &str, message: &Value) {
    let request = server.client.post(url).header(CONTENT_TYPE, "application/json");
    assert_eq!(server.send(request.body(message.to_string())).await.status(), 202);
}

#[tokio::test]
async fn the_first_event_is_a_uri_and_answers_come_on_the_stream() {
    let server = TestServer::start().await;
    let (mut events, url) = open(&server).await;
    post(&server, &url, &initialize(Version::V2024_11_05)).await;
    let answer = events.message().await.unwrap();
    assert_eq!(answer["result"]["protocolVersion"], Version::V2024_11_05.as_str());
    assert!(answer["result"]["capabilities"].get("completions").is_none());

    let mut steps = call(1, "steps", json!({}));
    steps["params"]["_meta"] = json!({"progressToken": "p"});
    post(&server, &url, &steps).await;
    let first = events.message().await.unwrap();
    assert_eq!(first["method"], "notifications/progress");
    let last = loop {
        let message = events.message().await.unwrap();
        if message.get("id").is_some() {
            break message;
        }
    };
    assert_eq!(last["result"]["content"][0]["text"], "done");
}

#[tokio::test]
async fn a_closed_stream_takes_its_calls_with_it() {
    let server = TestServer::start().await;
    let (mut events, url) = open(&server).await;
    post(&server, &url, &initialize(Version::V2024_11_05)).await;
    events.message().await.unwrap();
    post(&server, &url, &call(1, "wait", json!({}))).await;
    server.gate.reached().await;
    drop(events);
    server.dropped.0.notified().await;
    let late = server.client.post(&url).header(CONTENT_TYPE, "application/json");
    let late = server.send(late.body(request(2, "ping", json!({})).to_string())).await;
    assert_eq!(late.status(), 404);
}

#[tokio::test]
async fn a_message_for_no_stream_is_refused() {
    let server = TestServer::start().await;
    for path in ["/messages", "/messages?sessionId=made-up"] {
        let response = server.send(server.client.post(server.url(path)).body("{}")).await;
        assert_eq!(response.status(), 404);
    }
}
