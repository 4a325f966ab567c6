//! Old-era sessions: how they end, what only one replica keeps of them, and what they cost.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use disco_sdk::{BoxFuture, Error, Key, Limits, Result, Revoked, RevokedFolder, Server, Version};
use disco_tests::{Gate, fixture};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::{Direct, TestServer, call, code, event, initialize, json, request};

const VERSION: Version = Version::V2025_11_25;

fn ping() -> Value {
    request(1, "ping", json!({}))
}

fn replica() -> Server {
    fixture().key([7; 32])
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_ended_takes_all_that_is_live_with_it() {
    let gate = Arc::new(Gate::default());
    let dropped = Arc::new(disco_tests::Dropped::default());
    let server = Direct::new(fixture().shared_state(Arc::clone(&gate)).shared_state(Arc::clone(&dropped)));
    let session = server.open_session(VERSION).await;
    let mut stream = server.get(&session, None).await;
    let prime = event(&mut stream).await.unwrap();
    let mut waiting = Box::pin(server.post(Some(&session), &call(1, "wait", json!({}))).await);
    event(&mut waiting).await.unwrap();
    assert_eq!(server.delete(&session).await, StatusCode::NO_CONTENT);
    assert_eq!(event(&mut stream).await, None, "its stream ends");
    assert_eq!(event(&mut waiting).await, None, "its call is cancelled");
    dropped.0.notified().await;
    assert_eq!(server.post(Some(&session), &ping()).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.get(&session, None).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.get(&session, Some(prime.id())).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(server.delete(&session).await, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_session_has_one_stream_and_the_last_one_is_it() {
    let service = fixture().build().unwrap();
    let notifier = service.notifier();
    let http = disco_sdk::transport::http::Http::new(service.endpoint(), None, disco_sdk::Stop::default());
    let server = Direct { http };
    let session = server.open_session(VERSION).await;
    let mut first = server.get(&session, None).await;
    event(&mut first).await.unwrap();
    let mut second = server.get(&session, None).await;
    event(&mut second).await.unwrap();
    assert_eq!(event(&mut first).await, None);
    notifier.tools_list_changed();
    assert_eq!(event(&mut second).await.unwrap().message()["method"], "notifications/tools/list_changed");
}

#[tokio::test]
async fn a_folder_remembers_ended_sessions_for_every_replica_and_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let replica = || Direct::new(replica().revoked(RevokedFolder::open(folder.path()).unwrap()));
    let (here, there) = (replica(), replica());
    let session = here.open_session(VERSION).await;
    let other = here.open_session(VERSION).await;
    assert_eq!(there.post(Some(&session), &ping()).await.status(), StatusCode::OK);
    assert_eq!(here.delete(&session).await, StatusCode::NO_CONTENT);
    for server in [&here, &there, &replica()] {
        assert_eq!(server.post(Some(&session), &ping()).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(server.get(&session, None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(server.delete(&session).await, StatusCode::NOT_FOUND);
        assert_eq!(server.post(Some(&other), &ping()).await.status(), StatusCode::OK);
    }
    let without = Direct::new(self::replica());
    let still = without.post(Some(&session), &ping()).await.status();
    assert_eq!(still, StatusCode::OK, "without a store it ends with its expiry elsewhere");
}

#[tokio::test]
async fn a_folder_forgets_what_has_expired_and_stays_within_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let store = RevokedFolder::open(folder.path()).unwrap().at_most(2);
    let name = |number: u8| format!("{number:032x}");
    let later = |seconds| SystemTime::now() + Duration::from_secs(seconds);
    store.revoke(&name(1), SystemTime::now()).await.unwrap();
    store.revoke(&name(2), later(20)).await.unwrap();
    assert!(!store.is_revoked(&name(1)).await.unwrap(), "it has expired");
    store.revoke(&name(3), later(10)).await.unwrap();
    store.revoke(&name(4), later(30)).await.unwrap();
    let kept = [2, 3, 4].map(|number| (store.clone(), name(number)));
    let mut revoked = Vec::new();
    for (store, name) in kept {
        revoked.push(store.is_revoked(&name).await.unwrap());
    }
    assert_eq!(revoked, [true, false, true], "what expires first makes room");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// A store that is not there.
struct Broken;

impl Revoked for Broken {
    fn revoke<'a>(&'a self, _: &'a str, _: SystemTime) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::new("no route to host 10.0.0.7")) })
    }

    fn is_revoked<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Err(Error::new("no route to host 10.0.0.7")) })
    }
}

#[tokio::test]
async fn a_store_that_fails_lets_nobody_in_and_keeps_its_words_to_itself() {
    let server = Direct::new(replica().revoked(Broken));
    let session = server.open_session(VERSION).await;
    for response in [server.post(Some(&session), &ping()).await, server.get(&session, None).await] {
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let answer = json(response).await;
        assert!(!answer.to_string().contains("10.0.0.7"), "{answer}");
    }
    let without = server.post(None, &call(1, "add", json!({"a": 1}))).await;
    assert_eq!(without.status(), StatusCode::OK, "without a session there is nothing to ask for");
}

#[tokio::test]
async fn keys_are_changed_one_by_one_without_losing_a_session() {
    let (old, new) = (Key::from([1; 32]), Key::from([2; 32]));
    let before = Direct::new(fixture().key(old.clone()));
    let session = before.open_session(VERSION).await;
    let between = Direct::new(fixture().key(new.clone()).key(old));
    assert_eq!(between.post(Some(&session), &ping()).await.status(), StatusCode::OK);
    let fresh = between.open_session(VERSION).await;
    let after = Direct::new(fixture().key(new));
    assert_eq!(after.post(Some(&fresh), &ping()).await.status(), StatusCode::OK);
    assert_eq!(after.post(Some(&session), &ping()).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_forged_ones_are_nothing() {
    let server = Direct::new(replica().limits(Limits { session: Duration::ZERO, ..Limits::default() }));
    let session = server.open_session(VERSION).await;
    let server = Direct::new(replica());
    let mut forged = server.open_session(VERSION).await.into_bytes();
    *forged.last_mut().unwrap() ^= 1;
    forged[40] = if forged[40] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for id in [session.as_str(), &forged, "x", &"A".repeat(512), &"A".repeat(600)] {
        let refused = server.post(Some(id), &ping()).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{id}");
        assert!(json(refused).await["error"]["data"]["suggestion"].as_str().unwrap().contains("initialize"));
    }
}

#[tokio::test]
async fn what_only_another_replica_has_is_refused_with_what_to_do() {
    let (home, away) = (Direct::new(replica().replica("a")), Direct::new(replica().replica("b")));
    let session = home.open_session(VERSION).await;
    let plain = away.post(Some(&session), &call(1, "add", json!({"a": 1}))).await;
    assert_eq!(plain.status(), StatusCode::OK, "calls are served everywhere");
    let stream = home.get(&session, None).await;
    assert_eq!(stream.status(), StatusCode::OK);
    let cancel =
        |id| json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
    for message in [
        request(1, "logging/setLevel", json!({"level": "debug"})),
        request(2, "resources/subscribe", json!({"uri": "note://1"})),
        request(3, "resources/unsubscribe", json!({"uri": "note://1"})),
        cancel(4),
        json!({"jsonrpc": "2.0", "id": "AAAAAAAA.1", "result": {}}),
    ] {
        let refused = away.post(Some(&session), &message).await;
        assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST, "{message}");
        let answer = json(refused).await;
        assert_eq!(answer["error"]["data"]["code"], "ELSEWHERE");
        assert!(
            answer["error"]["data"]["suggestion"].as_str().unwrap().contains("sticky routing"),
            "{answer}"
        );
        assert_eq!(answer.get("id"), message.get("method").and(message.get("id")), "{answer}");
    }
    let refused = away.get(&session, None).await;
    assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST);

    // After a restart the replica of this name is at home again.
    let restarted = Direct::new(replica().replica("a"));
    let set = request(1, "logging/setLevel", json!({"level": "debug"}));
    assert_eq!(restarted.post(Some(&session), &set).await.status(), StatusCode::OK);
    assert_eq!(restarted.get(&session, None).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_late_cancellation_is_no_error_where_nobody_else_could_have_the_call() {
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    let alone = Direct::new(fixture());
    let session = alone.open_session(VERSION).await;
    assert_eq!(alone.post(Some(&session), &cancel).await.status(), StatusCode::ACCEPTED);

    let gate = Arc::new(Gate::default());
    let one = Direct::new(replica().shared_state(Arc::clone(&gate)));
    let session = one.open_session(VERSION).await;
    let message = call(1, "wait", json!({}));
    let (answer, ()) = tokio::join!(one.post(Some(&session), &message), async {
        gate.reached().await;
        gate.open();
    });
    assert_eq!(json(answer).await["id"], 1);
    let late = one.post(Some(&session), &cancel).await;
    assert_eq!(late.status(), StatusCode::ACCEPTED, "it has ended here a moment ago");
}

#[tokio::test]
async fn a_session_id_is_short_whatever_the_client_says() {
    let server = Direct::new(fixture());
    let mut message = initialize(VERSION);
    let long = "\u{1F980}\"\\".repeat(1000);
    message["params"]["clientInfo"] = json!({"name": long, "version": long});
    let many: Value = (0..1000)
        .map(|at| (format!("x{at}"), json!({"deep": long})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    message["params"]["capabilities"] = json!({
        "elicitation": {"form": {}, "url": {}},
        "experimental": many,
        "extensions": many,
    });
    let opened = server.post(None, &message).await;
    let session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    assert!(session.len() <= 512 && session.bytes().all(|byte| byte.is_ascii_graphic()), "{}", session.len());
    assert_eq!(server.post(Some(&session), &ping()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_version_header_has_to_be_that_of_the_session() {
    let server = Direct::new(fixture());
    let status = async |session: &str, version: &str, method: Method, message: &Value| {
        let headers = [
            ("content-type", "application/json"),
            ("mcp-session-id", session),
            ("mcp-protocol-version", version),
        ];
        server.send(method, &headers, message).await
    };
    let session = server.open_session(Version::V2025_06_18).await;
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    for message in [&ping(), &note] {
        assert!(status(&session, "2025-06-18", Method::POST, message).await.status().is_success());
        for wrong in ["2025-11-25", "2025-03-26", "2024-01-01", "latest", ""] {
            let refused = status(&session, wrong, Method::POST, message).await;
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{wrong}");
            assert!(
                json(refused).await["error"]["message"].as_str().unwrap().contains("2025-06-18")
                    || wrong.len() < 10
                    || wrong == "2024-01-01"
            );
        }
    }
    for method in [Method::GET, Method::DELETE] {
        let refused = status(&session, "2025-11-25", method, &Value::Null).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    }
    // The header is younger than 2025-03-26: what it says in such a session is nobody's business.
    let session = server.open_session(Version::V2025_03_26).await;
    assert_eq!(status(&session, "2025-06-18", Method::POST, &ping()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_header_that_decides_may_not_be_there_twice_or_be_no_text() {
    let server = Direct::new(fixture());
    let base = [("content-type", "application/json"), ("accept", "application/json")];
    let session = server.open_session(VERSION).await;
    for (name, first, second) in [
        ("mcp-session-id", session.as_str(), "another"),
        ("mcp-session-id", &session, &session),
        ("mcp-protocol-version", "2025-11-25", "2025-11-25"),
        ("origin", "http://localhost", "https://evil.example"),
        ("host", "localhost", "evil.example"),
        ("mcp-method", "ping", "tools/call"),
        ("mcp-name", "add", "echo"),
        ("mcp-param-region", "eu", "us"),
        ("last-event-id", "1", "2"),
        ("authorization", "Bearer a", "Bearer b"),
    ] {
        let headers = [&base[..], &[(name, first), (name, second)]].concat();
        let refused = server.send(Method::POST, &headers, ping()).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{name}");
        let answer = json(refused).await;
        assert_eq!(code(&answer), -32600);
        assert!(answer["error"]["message"].as_str().unwrap().contains(name), "{answer}");
    }
    let twice =
        [&base[..], &[("accept", "text/event-stream"), ("x-forwarded-for", "a"), ("x-forwarded-for", "b")]];
    assert_eq!(server.send(Method::POST, &twice.concat(), ping()).await.status(), StatusCode::OK);
    let no_text = [&base[..], &[("mcp-session-id", "\u{e9}")]].concat();
    assert_eq!(server.send(Method::POST, &no_text, ping()).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_a_client_can_read_is_what_its_accept_header_says() {
    let server = Direct::new(fixture());
    let session = server.open_session(VERSION).await;
    let mut steps = call(1, "steps", json!({}));
    steps["params"]["_meta"] = json!({"progressToken": "p"});
    for (accept, status, kind) in [
        ("application/json, text/event-stream", 200, "text/event-stream"),
        ("*/*", 200, "text/event-stream"),
        ("APPLICATION/JSON;q=0.9, Text/*", 200, "text/event-stream"),
        ("application/json", 200, "application/json"),
        ("application/json, text/event-stream;q=0", 200, "application/json"),
        ("text/event-stream", 406, "application/json"),
        ("text/html", 406, "application/json"),
        ("", 406, "application/json"),
    ] {
        let headers =
            [("content-type", "application/json"), ("accept", accept), ("mcp-session-id", session.as_str())];
        // Whoever does not read to the end leaves a call behind, whose id is in use.
        steps["id"] = json!(accept);
        let response = server.send(Method::POST, &headers, &steps).await;
        assert_eq!(response.status(), status, "{accept}");
        assert_eq!(response.headers()["content-type"], kind, "{accept}");
    }
    for (accept, status) in [("text/event-stream", 200), ("*/*", 200), ("application/json", 406)] {
        let headers = [("accept", accept), ("mcp-session-id", session.as_str())];
        assert_eq!(server.send(Method::GET, &headers, "").await.status(), status, "{accept}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_setting_that_would_let_the_request_in() {
    let server = Direct::new(fixture());
    for (header, value, settings) in [
        ("host", "mcp.example.com", ["allow_host", "DISCO_ALLOWED_HOSTS"]),
        ("origin", "https://app.example.com", ["allow_origin", "DISCO_ALLOWED_ORIGINS"]),
    ] {
        let refused = server.send(Method::POST, &[(header, value)], ping()).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let words = json(refused).await["error"]["message"].as_str().unwrap().to_owned();
        assert!(settings.iter().all(|setting| words.contains(setting)), "{words}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_clients_that_have_come_and_gone() {
    const CLIENTS: usize = 10_000;
    let limits = Limits { streams: 1, calls: 1, live_sessions: 8, replay_streams: 8, ..Limits::default() };
    let service = fixture().limits(limits.clone()).build().unwrap();
    let notifier = service.notifier();
    let http = disco_sdk::transport::http::Http::new(service.endpoint(), None, disco_sdk::Stop::default());
    let server = Direct { http };
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for client in 0..CLIENTS {
        let session = server.open_session(VERSION).await;
        let mut stream = server.get(&session, None).await;
        assert_eq!(stream.status(), StatusCode::OK, "client {client}: a stream was not given back");
        event(&mut stream).await.unwrap();
        drop(stream);
        assert!(notifier.listeners() <= 8);
        if client % 10 == 0 {
            let mut stream = server.post(Some(&session), &call(1, "steps", json!({}))).await;
            assert_eq!(stream.status(), StatusCode::OK, "client {client}: a call was not given back");
            event(&mut stream).await.unwrap();
        }
        if client % 20 == 0 {
            assert_eq!(server.delete(&session).await, StatusCode::NO_CONTENT);
        }
        tokio::time::advance(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(limits.replay * 2).await;
    assert_eq!(notifier.listeners(), 0);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before);
}

#[tokio::test]
async fn nothing_is_left_of_sockets_that_were_closed() {
    let limits = Limits { streams: 1, replay: Duration::ZERO, ..Limits::default() };
    let server = TestServer::start_with(|server| server.limits(limits)).await;
    let session = server.open_session(VERSION).await;
    for _ in 0..300 {
        let get = server.client.get(server.url("/mcp")).header("accept", "text/event-stream");
        let stream = server.send(get.header("mcp-session-id", &session)).await;
        assert_eq!(stream.status(), StatusCode::OK);
        assert_eq!(server.notifier.listeners(), 1);
        drop(stream);
        let gone = async {
            while server.notifier.listeners() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    }
}
