//! What no client should send: each gets a clear error, and the server goes on.

use disco_sdk::{Limits, Version};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::support::{Events, Process, TestServer, call, code, initialize, modern_call};

/// A message, the number of its error, and a word of it.
fn bad_messages() -> Vec<(Vec<u8>, i64, &'static str)> {
    let deep = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{}1{}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    let meta = modern_call(1, "add", json!({"a": 1}))["params"]["_meta"].to_string();
    let with = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"_meta":{meta},{params}}}}}"#)
            .into_bytes()
    };
    vec![
        (br#"{"jsonrpc":"2.0","id":1,"method":"#.to_vec(), -32700, "not JSON"),
        (b"hello".to_vec(), -32700, "not JSON"),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\xfe\"}".to_vec(), -32700, "not JSON"),
        (deep.into_bytes(), -32700, "deeper than 128"),
        (b"[]".to_vec(), -32600, "batch"),
        (b"3".to_vec(), -32600, "not a JSON-RPC message"),
        (br#"{"id":1,"method":"ping"}"#.to_vec(), -32600, "jsonrpc"),
        (br#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.to_vec(), -32600, "jsonrpc"),
        (br#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#.to_vec(), -32600, "null"),
        (br#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#.to_vec(), -32600, "whole number"),
        (br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#.to_vec(), -32600, "id"),
        (br#"{"jsonrpc":"2.0","id":1,"method":7}"#.to_vec(), -32600, "/method"),
        (br#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#.to_vec(), -32600, "duplicate"),
        (br#"{"jsonrpc":"2.0","id":1}"#.to_vec(), -32600, "neither"),
        (with(r#""name":7"#), -32602, "/params/name"),
        (with(r#""arguments":{}"#), -32602, "name"),
        (with(r#""name":"add","arguments":[1]"#), -32602, "/params/arguments"),
        (with(r#""name":"no such tool""#), -32602, "no such tool"),
        (br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}"#.to_vec(), -32602, "/params"),
    ]
}

fn check(answer: &Value, number: i64, word: &str) {
    assert_eq!(code(answer), number, "{answer}");
    let words = answer["error"]["message"].as_str().unwrap();
    assert!(words.contains(word), "{word:?} is not in {words:?}");
}

#[tokio::test]
async fn over_stdio() {
    let mut process = Process::start();
    for (message, number, word) in bad_messages() {
        process.send_line(&message).await;
        check(&process.message().await, number, word);
    }
    let sum = process.ask(&modern_call(1, "add", json!({"a": 1}))).await;
    assert_eq!(sum["result"]["structuredContent"], 2);
    process.finish().await;
}

#[tokio::test]
async fn over_stdio_a_line_that_is_too_long_is_thrown_away_and_said_so() {
    let mut process = Process::start();
    let limit = Limits::default().message_bytes;
    process.send_line(&vec![b'x'; limit + 1]).await;
    check(&process.message().await, -32600, "longer than");
    let large = "x".repeat(limit - 1000);
    let echoed = process.ask(&modern_call(1, "echo", json!({"text": large}))).await;
    assert_eq!(echoed["result"]["content"][0]["text"].as_str().unwrap().len(), limit - 1000);
    process.finish().await;
}

#[tokio::test]
async fn over_stdio_a_last_line_without_an_end_is_answered() {
    let mut process = Process::start();
    let mut input = process.input.take().unwrap();
    input.write_all(modern_call(1, "add", json!({"a": 1})).to_string().as_bytes()).await.unwrap();
    input.write_all(b"\n{\"jsonrpc\":\"2.0\",").await.unwrap();
    drop(input);
    assert_eq!(process.message().await["result"]["structuredContent"], 2);
    check(&process.message().await, -32700, "not JSON");
    assert_eq!(process.line().await, None);
}

#[tokio::test]
async fn over_http() {
    let server = TestServer::start().await;
    for (message, number, word) in bad_messages() {
        let is_modern = message.windows(5).any(|window| window == b"_meta");
        let mut request = server.post(message);
        if is_modern {
            request = request
                .header("mcp-protocol-version", Version::LATEST.as_str())
                .header("mcp-method", "tools/call")
                .header("mcp-name", if word == "no such tool" { "no such tool" } else { "add" });
        }
        let response = server.send(request).await;
        let status = response.status();
        let answer: Value = response.json().await.unwrap();
        check(&answer, number, word);
        if number != -32602 {
            assert_eq!(status, 400, "{answer}");
        }
    }
    let sum = server.json(server.modern(&modern_call(1, "add", json!({"a": 1})))).await;
    assert_eq!(sum["result"]["structuredContent"], 2);
}

#[tokio::test]
async fn over_http_a_body_that_is_too_large_or_of_another_kind_is_refused() {
    let limits = Limits { message_bytes: 1000, ..Limits::default() };
    let server = TestServer::start_with(|server| server.limits(limits)).await;
    let announced = server.send(server.post(vec![b' '; 1001])).await;
    assert_eq!(announced.status(), 413);
    let chunks = futures_util::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100])));
    let unannounced = server.send(server.post(reqwest::Body::wrap_stream(chunks))).await;
    assert_eq!(unannounced.status(), 413);
    let form = server.client.post(server.url("/mcp")).header(CONTENT_TYPE, "text/plain").body("{}");
    assert_eq!(server.send(form).await.status(), 415);
    let picky = server.client.post(server.url("/mcp")).header(CONTENT_TYPE, "application/json");
    let picky = picky.header("accept", "text/html").body("{}");
    assert_eq!(server.send(picky).await.status(), 406);
    assert_eq!(server.send(server.client.put(server.url("/mcp"))).await.status(), 405);
    assert_eq!(server.send(server.client.get(server.url("/elsewhere"))).await.status(), 404);
    let long = server.post("{}").header("x-long", "x".repeat(20_000));
    assert_eq!(server.send(long).await.status(), 431);
}

#[tokio::test]
async fn over_http_a_header_that_is_given_twice_is_refused() {
    let server = TestServer::start().await;
    let call = modern_call(1, "add", json!({"a": 1}));
    for (name, value) in [("host", "evil.example"), ("origin", "https://evil.example"), ("mcp-name", "echo")]
    {
        let twice = server.modern(&call).header(name, "localhost").header(name, value);
        let response = server.send(twice).await;
        assert_eq!(response.status(), 400);
        check(&response.json().await.unwrap(), -32600, name);
    }
}

#[tokio::test]
async fn over_the_first_http_transport() {
    let server = TestServer::start().await;
    let get = server.client.get(server.url("/sse"));
    let mut events = Events::of(server.send(get).await);
    let (_, endpoint) = events.next().await.unwrap();
    let url = server.url(&endpoint);
    let request = server.client.post(&url).body(initialize(Version::V2024_11_05).to_string());
    server.send(request).await;
    assert!(events.message().await.unwrap()["result"].is_object());
    for (message, number, word) in bad_messages() {
        // What is modern is refused as such here.
        let is_modern = message.windows(5).any(|window| window == b"_meta");
        let (number, word) = if is_modern { (-32022, "HTTP+SSE") } else { (number, word) };
        let request = server.client.post(&url).body(message);
        assert_eq!(server.send(request).await.status(), 202);
        check(&events.message().await.unwrap(), number, word);
    }
    let request = server.client.post(&url).body(call(1, "add", json!({"a": 1})).to_string());
    server.send(request).await;
    assert_eq!(events.message().await.unwrap()["result"]["content"][0]["text"], "2");
}
