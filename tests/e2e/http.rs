//! Streamable HTTP, in both eras.

use disco_sdk::transport::http::{Answer, Http};
use disco_sdk::{Limits, Stop, Version};
use http_body_util::{BodyExt as _, Full};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN};
use serde_json::{Value, json};

use super::support::{Events, TestServer, call, code, initialize, modern, modern_call, request};

#[tokio::test]
async fn one_url_serves_every_revision_decided_per_request() {
    let server = TestServer::start().await;
    for version in Version::ALL.into_iter().filter(|version| version.is_legacy()) {
        let session = server.open_session(version).await;
        let sum = server.json(server.in_session(&session, &call(1, "add", json!({"a": 2})))).await;
        assert_eq!(sum["result"]["content"][0]["text"], "3", "{version}");
        assert!(sum["result"].get("resultType").is_none(), "{version}");
    }
    let sum = server.json(server.modern(&modern_call("x", "add", json!({"a": 2, "b": 3})))).await;
    assert_eq!(sum["id"], "x");
    assert_eq!(sum["result"]["structuredContent"], 5);
    assert_eq!(sum["result"]["resultType"], "complete");
    assert_eq!(sum["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "fixture");
}

#[tokio::test]
async fn an_answer_is_json_unless_the_handler_speaks_first() {
    let server = TestServer::start().await;
    let quiet = server.send(server.modern(&modern_call(1, "echo", json!({"text": "hi"})))).await;
    assert_eq!(quiet.headers()[CONTENT_TYPE], "application/json");

    let mut steps = modern_call(2, "steps", json!({}));
    steps["params"]["_meta"]["progressToken"] = json!(7);
    let response = server.send(server.modern(&steps)).await;
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut events = Events::of(response);
    for step in 1..=3 {
        let progress = events.message().await.unwrap();
        assert_eq!(progress["method"], "notifications/progress");
        assert_eq!(progress["params"]["progressToken"], 7);
        assert_eq!(progress["params"]["progress"], f64::from(step));
    }
    assert_eq!(events.message().await.unwrap()["result"]["content"][0]["text"], "done");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn what_a_call_says_that_never_waits_is_one_body_with_its_answer() {
    let server = TestServer::start().await;
    let mut steps = modern_call(2, "steps", json!({}));
    steps["params"]["_meta"]["progressToken"] = json!(7);
    let response = server.send(server.modern(&steps)).await;
    assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
    let length: usize = response.headers()[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
    let body = response.text().await.unwrap();
    assert_eq!(body.len(), length);
    assert_eq!(body.matches("event: message\ndata: {").count(), 4, "{body}");
}

#[tokio::test]
async fn a_client_that_cannot_read_events_gets_the_answer_alone() {
    let server = TestServer::start().await;
    let mut steps = modern_call(2, "steps", json!({}));
    steps["params"]["_meta"]["progressToken"] = json!(7);
    let request = server.modern(&steps).build().unwrap();
    let mut request = request;
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    let response = server.client.execute(request).await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["result"]["content"][0]["text"], "done");
}

#[tokio::test]
async fn a_session_outlives_the_server_that_opened_it_if_the_key_does() {
    let first = TestServer::start_with(|server| server.key([7; 32])).await;
    let session = first.open_session(Version::V2025_06_18).await;
    let second = TestServer::start_with(|server| server.key([7; 32])).await;
    let answer = second.json(second.in_session(&session, &request(1, "ping", json!({})))).await;
    assert_eq!(answer["result"], json!({}));
    let stranger = TestServer::start().await;
    let refused = stranger.send(stranger.in_session(&session, &request(1, "ping", json!({})))).await;
    assert_eq!(refused.status(), 404);
}

#[tokio::test]
async fn a_session_that_was_ended_is_gone() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_11_25).await;
    let url = server.url("/mcp");
    let delete = server.send(server.client.delete(&url).header("mcp-session-id", &session)).await;
    assert_eq!(delete.status(), 204);
    let after = server.send(server.in_session(&session, &request(1, "ping", json!({})))).await;
    assert_eq!(after.status(), 404);
    let nameless = server.send(server.client.delete(&url)).await;
    assert_eq!(nameless.status(), 400);
}

#[tokio::test]
async fn notifications_are_accepted_without_a_body() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_06_18).await;
    let notification = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let response = server.send(server.in_session(&session, &notification)).await;
    assert_eq!(response.status(), 202);
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn the_stream_of_a_session_opens_at_once_and_ends_with_the_server() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_06_18).await;
    let get = server.client.get(server.url("/mcp")).header("accept", "text/event-stream");
    let response = server.send(get.header("mcp-session-id", session)).await;
    assert_eq!(response.status(), 200);
    let mut events = Events::of(response);
    server.stop.now();
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_stream_has_to_name_its_session() {
    let server = TestServer::start().await;
    let get = || server.client.get(server.url("/mcp"));
    assert_eq!(server.send(get()).await.status(), 400);
    assert_eq!(server.send(get().header("mcp-session-id", "made up")).await.status(), 404);
}

#[tokio::test]
async fn in_the_modern_era_only_post_is_left() {
    let server = TestServer::start().await;
    let version = Version::LATEST.as_str();
    for method in [reqwest::Method::GET, reqwest::Method::DELETE] {
        let request = server.client.request(method, server.url("/mcp"));
        let response = server.send(request.header("mcp-protocol-version", version)).await;
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
    }
}

#[tokio::test]
async fn a_modern_client_that_goes_away_cancels_its_call() {
    let server = TestServer::start().await;
    let call = server.modern(&modern_call(1, "wait", json!({})));
    let pending = tokio::spawn(call.send());
    server.gate.reached().await;
    pending.abort();
    server.dropped.0.notified().await;
}

#[tokio::test]
async fn an_old_client_that_goes_away_does_not_but_one_that_says_so_does() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_06_18).await;
    let pending = tokio::spawn(server.in_session(&session, &call(1, "wait", json!({}))).send());
    server.gate.reached().await;
    pending.abort();
    assert!(pending.await.unwrap_err().is_cancelled());
    // The call still waits: its id is in use, and it is there to be cancelled.
    let again = server.json(server.in_session(&session, &call(1, "add", json!({"a": 1})))).await;
    assert_eq!(code(&again), -32600);
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    assert_eq!(server.send(server.in_session(&session, &cancel)).await.status(), 202);
    server.dropped.0.notified().await;
}

#[tokio::test]
async fn an_id_in_flight_is_refused_and_the_first_is_still_answered() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_06_18).await;
    let first = tokio::spawn(server.in_session(&session, &call(1, "wait", json!({}))).send());
    server.gate.reached().await;
    let second = server.json(server.in_session(&session, &call(1, "add", json!({"a": 1})))).await;
    assert_eq!(code(&second), -32600);
    server.gate.open();
    let answer: Value = first.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["result"]["content"][0]["text"], "waited");
}

#[tokio::test]
async fn old_requests_without_a_session_are_served_one_by_one() {
    let server = TestServer::start().await;
    let answer = server.json(server.post(call(1, "add", json!({"a": 1})).to_string())).await;
    assert_eq!(answer["result"]["content"][0]["text"], "2");
    assert!(answer["result"].get("structuredContent").is_none(), "2025-03-26 is assumed");
}

#[tokio::test]
async fn the_modern_headers_have_to_mirror_the_body() {
    let server = TestServer::start().await;
    let call = modern_call(1, "add", json!({"a": 1}));
    for (header, value) in [
        ("mcp-method", "tools/list"),
        ("mcp-method", "TOOLS/CALL"),
        ("mcp-name", "echo"),
        ("mcp-protocol-version", "2025-06-18"),
    ] {
        let mut request = server.modern(&call).build().unwrap();
        request.headers_mut().insert(header, value.parse().unwrap());
        let response = server.client.execute(request).await.unwrap();
        assert_eq!(response.status(), 400, "{header}: {value}");
        assert_eq!(code(&response.json().await.unwrap()), -32020, "{header}: {value}");
        let mut request = server.modern(&call).build().unwrap();
        request.headers_mut().remove(header);
        let response = server.client.execute(request).await.unwrap();
        assert_eq!(response.status(), 400, "without {header}");
    }
    let mut request = server.modern(&call).build().unwrap();
    request.headers_mut().insert("mcp-name", "=?base64?YWRk?=".parse().unwrap());
    assert_eq!(server.client.execute(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_modern_request_has_to_say_what_it_needs() {
    let server = TestServer::start().await;
    let mut without = modern(1, "tools/list", json!({}));
    without["params"].as_object_mut().unwrap().remove("_meta");
    let response = server.send(server.modern(&without)).await;
    assert_eq!(response.status(), 400);
    assert_eq!(code(&response.json().await.unwrap()), -32602);

    let bare = request(1, "server/discover", json!({}));
    let response = server.send(server.post(bare.to_string())).await;
    assert_eq!(response.status(), 400);
    assert_eq!(code(&response.json().await.unwrap()), -32602);

    for missing in ["protocolVersion", "clientCapabilities"] {
        let mut message = modern(2, "tools/list", json!({}));
        let meta = message["params"]["_meta"].as_object_mut().unwrap();
        meta.remove(&format!("io.modelcontextprotocol/{missing}"));
        let response = server.send(server.modern(&message)).await;
        assert_eq!(response.status(), 400, "{missing}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!((code(&answer), &answer["id"]), (-32602, &json!(2)));
        assert!(answer["error"]["message"].as_str().unwrap().contains(missing), "{answer}");
    }

    let mut unknown = modern(3, "tools/list", json!({}));
    unknown["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("v999.0.0");
    let request = server.modern(&unknown).header("mcp-protocol-version", "v999.0.0");
    let mut request = request.build().unwrap();
    request.headers_mut().insert("mcp-protocol-version", "v999.0.0".parse().unwrap());
    let response = server.client.execute(request).await.unwrap();
    assert_eq!(response.status(), 400);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(code(&answer), -32022);
    let data = json!({"supported": [Version::LATEST.as_str()], "requested": "v999.0.0"});
    assert_eq!(answer["error"]["data"], data);

    let response = server.send(server.modern(&modern(4, "unknown/method", json!({})))).await;
    assert_eq!(response.status(), 404);
    let answer: Value = response.json().await.unwrap();
    assert_eq!((code(&answer), &answer["id"]), (-32601, &json!(4)));
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused_each_by_itself() {
    let server = TestServer::start_with(|server| {
        server.allow_host("mcp.example.com").allow_origin("https://app.example.com")
    })
    .await;
    let message = initialize(Version::LATEST_LEGACY).to_string();
    let status = async |header, value: &str| {
        let mut request = server.post(message.clone()).build().unwrap();
        request.headers_mut().insert(header, value.parse().unwrap());
        server.client.execute(request).await.unwrap().status().as_u16()
    };
    assert_eq!(status(HOST, "evil.example.com").await, 403);
    assert_eq!(status(ORIGIN, "https://evil.example.com").await, 403);
    assert_eq!(status(ORIGIN, "null").await, 403);
    assert_eq!(status(HOST, "mcp.example.com").await, 200);
    assert_eq!(status(HOST, "localhost:1").await, 200);
    assert_eq!(status(ORIGIN, "https://app.example.com").await, 200);
    assert_eq!(status(ORIGIN, "http://localhost:6274").await, 200);
}

#[tokio::test]
async fn calls_and_streams_are_bounded() {
    let limits = Limits { calls: 1, streams: 1, ..Limits::default() };
    let server = TestServer::start_with(|server| server.limits(limits)).await;
    let first = tokio::spawn(server.modern(&modern_call(1, "wait", json!({}))).send());
    server.gate.reached().await;
    let second = server.send(server.modern(&modern_call(2, "add", json!({"a": 1})))).await;
    assert_eq!(second.status(), 503);
    assert_eq!(code(&second.json().await.unwrap()), -32000);
    server.gate.open();
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    let after = server.send(server.modern(&modern_call(3, "add", json!({"a": 1})))).await;
    assert_eq!(after.status(), 200);

    let stream = || server.client.get(server.url("/sse")).header("accept", "text/event-stream");
    let open = server.send(stream()).await;
    assert_eq!(open.status(), 200);
    assert_eq!(server.send(stream()).await.status(), 503);
}

#[tokio::test]
async fn what_was_read_before_the_stop_is_answered() {
    let mut server = TestServer::start().await;
    let call = tokio::spawn(server.modern(&modern_call(1, "wait", json!({}))).send());
    server.gate.reached().await;
    server.stop.now();
    server.gate.open();
    assert_eq!(call.await.unwrap().unwrap().status(), 200);
    (&mut server.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_router_serves_under_a_prefix_and_names_its_endpoint_there() {
    let router = axum_router();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let client = reqwest::Client::new();
    let response = client.get(format!("http://{address}/inside/sse")).send().await.unwrap();
    let mut events = Events::of(response);
    let (name, data) = events.next().await.unwrap();
    assert_eq!(name, "endpoint");
    assert!(data.starts_with("/inside/messages?sessionId="), "{data}");
    let evil = client.post(format!("http://{address}/inside/mcp")).header(ORIGIN, "https://evil.example");
    assert_eq!(evil.send().await.unwrap().status(), 403);
    serving.abort();
}

#[tokio::test]
async fn under_a_prefix_with_a_variable_the_endpoint_is_named_from_the_stream() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, axum_router()).await });
    let client = reqwest::Client::new();
    let response = client.get(format!("http://{address}/of/a%20team/inside/sse")).send().await.unwrap();
    let stream = response.url().clone();
    let mut events = Events::of(response);
    let (_, data) = events.next().await.unwrap();
    let endpoint = stream.join(&data).unwrap();
    assert_eq!(endpoint.path(), "/of/a%20team/inside/messages");
    let ping = client.post(endpoint).header(CONTENT_TYPE, "application/json");
    let sent = ping.body(r#"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#).send().await.unwrap();
    assert_eq!(sent.status(), 202);
    assert_eq!(events.message().await.unwrap()["id"], 1);
    serving.abort();
}

fn axum_router() -> axum::Router {
    let inside = || axum::Router::new().nest("/inside", disco_tests::fixture().into_router().unwrap());
    inside().nest("/of/{team}", inside())
}

/// Serves without a socket, so that time can be paused.
async fn direct(server: &Http, message: &Value, session: Option<&str>) -> http::Response<Answer> {
    let request =
        http::Request::builder().uri("/mcp").header("accept", "application/json, text/event-stream");
    let request = if let Some(session) = session {
        request.method("GET").header("mcp-session-id", session).body(Full::default())
    } else {
        let body = Full::new(message.to_string().into());
        request.method("POST").header("content-type", "application/json").body(body)
    };
    server.handle(request.unwrap()).await
}

async fn next_frame(response: &mut http::Response<Answer>) -> Option<String> {
    let frame = response.body_mut().frame().await?.unwrap();
    Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_silent_call_becomes_a_stream_that_is_kept_alive() {
    let gate = std::sync::Arc::new(disco_tests::Gate::default());
    let service = disco_tests::fixture().shared_state(std::sync::Arc::clone(&gate)).build().unwrap();
    let server = Http::new(service.endpoint(), None, Stop::default());
    let started = tokio::time::Instant::now();
    let mut response = direct(&server, &call(1, "wait", json!({})), None).await;
    assert_eq!(started.elapsed(), Limits::default().keep_alive);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
    for _ in 0..3 {
        assert_eq!(next_frame(&mut response).await.unwrap(), ": keep-alive\n\n");
    }
    gate.open();
    assert!(next_frame(&mut response).await.unwrap().contains("waited"));
    assert!(next_frame(&mut response).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_stays_silent_is_closed() {
    let service = disco_tests::fixture().build().unwrap();
    let server = Http::new(service.endpoint(), None, Stop::default());
    let opened = direct(&server, &initialize(Version::V2025_06_18), None).await;
    let session = opened.headers()["mcp-session-id"].to_str().unwrap();
    let started = tokio::time::Instant::now();
    let mut response = direct(&server, &Value::Null, Some(session)).await;
    while next_frame(&mut response).await.is_some() {}
    assert_eq!(started.elapsed(), Limits::default().idle_stream);
}
