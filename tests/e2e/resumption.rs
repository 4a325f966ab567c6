//! Streams that are broken off, and clients that come back for the rest.

use std::sync::Arc;
use std::time::Duration;

use disco_sdk::prelude::*;
use disco_sdk::transport::http::{Answer, Http};
use disco_sdk::{Limits, LogLevel, Notifier, OnDisconnect, Stop, Version};
use disco_tests::{Dropped, Gate};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::support::{Direct, Event, Events, TestServer, call, event, json, modern_call, request};

/// Says whenever it was let go on how far it has come.
#[tool]
async fn climb(cx: Context, steps: u32, gate: State<Semaphore>, dropped: State<Dropped>) -> String {
    struct Guard(State<Dropped>, bool);
    impl Drop for Guard {
        fn drop(&mut self) {
            if !self.1 {
                self.0.0.notify_one();
            }
        }
    }
    let mut guard = Guard(dropped, false);
    for step in 1..=steps {
        cx.log(LogLevel::Warning, step);
        gate.acquire().await.expect("it is never closed").forget();
    }
    guard.1 = true;
    format!("climbed {steps} steps")
}

/// Sends its client away and works meanwhile.
#[tool]
async fn leave(cx: Context, gate: State<Gate>) -> &'static str {
    cx.log(LogLevel::Warning, "see you later");
    cx.close_stream(Duration::from_millis(250));
    gate.pass().await;
    cx.log(LogLevel::Warning, "welcome back");
    "done"
}

struct Mountain {
    server: Direct,
    gate: Arc<Semaphore>,
    leave: Arc<Gate>,
    dropped: Arc<Dropped>,
    notifier: Notifier,
}

impl Mountain {
    fn new() -> Self {
        Self::with(|server| server)
    }

    fn with(set: impl FnOnce(Server) -> Server) -> Self {
        let (gate, leave, dropped) = (Arc::new(Semaphore::new(0)), Arc::default(), Arc::default());
        let server = Server::new("mountain", "1")
            .with(tools![climb, leave])
            .shared_state(Arc::clone(&gate))
            .shared_state(Arc::clone(&leave))
            .shared_state(Arc::clone(&dropped));
        let service = set(server).build().unwrap();
        let notifier = service.notifier();
        let http = Http::new(service.endpoint(), None, Stop::default());
        Self { server: Direct { http }, gate, leave, dropped, notifier }
    }

    /// Begins to climb; gives the session and the open stream.
    async fn begin(&self, version: Version, steps: u32) -> (String, http::Response<Answer>) {
        let session = self.server.open_session(version).await;
        let response = self.server.post(Some(&session), &call(1, "climb", json!({"steps": steps}))).await;
        (session, response)
    }

    /// Whether the handler has been dropped before it was done.
    async fn is_dropped(&self) -> bool {
        timeout(Duration::from_millis(1), self.dropped.0.notified()).await.is_ok()
    }
}

fn step(event: &Event) -> Value {
    event.message()["params"]["data"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_back_gets_what_it_has_missed_and_the_answer() {
    let mountain = Mountain::new();
    let (session, mut stream) = mountain.begin(Version::V2025_11_25, 4).await;
    let prime = event(&mut stream).await.unwrap();
    assert_eq!((prime.data.as_str(), prime.retry.as_deref()), ("", Some("1000")));
    let first = event(&mut stream).await.unwrap();
    assert_eq!(step(&first), 1);
    drop(stream);
    mountain.gate.add_permits(3);
    let mut rest = mountain.server.get(&session, Some(first.id())).await;
    assert_eq!(rest.status(), StatusCode::OK);
    assert_eq!(event(&mut rest).await.unwrap().id(), first.id(), "it is primed with where it goes on");
    for expected in 2..=4 {
        assert_eq!(step(&event(&mut rest).await.unwrap()), expected);
    }
    mountain.gate.add_permits(1);
    let answer = event(&mut rest).await.unwrap();
    assert_eq!(answer.message()["result"]["content"][0]["text"], "climbed 4 steps");
    assert_eq!(event(&mut rest).await, None);
    drop(rest);

    // Any event may have been the last that was seen, the answer too, and also after the end.
    let mut again = mountain.server.get(&session, Some(prime.id())).await;
    event(&mut again).await.unwrap();
    for expected in 1..=4 {
        assert_eq!(step(&event(&mut again).await.unwrap()), expected);
    }
    assert_eq!(event(&mut again).await.unwrap(), answer);
    let mut end = mountain.server.get(&session, Some(answer.id())).await;
    event(&mut end).await.unwrap();
    assert_eq!(event(&mut end).await, None);
}

#[tokio::test(start_paused = true)]
async fn each_revision_has_the_ids_that_it_knows_of() {
    for version in Version::ALL {
        let mountain = Mountain::new();
        if !version.is_legacy() {
            let mut message = modern_call(1, "climb", json!({"steps": 1}));
            message["params"]["_meta"]["io.modelcontextprotocol/logLevel"] = json!("debug");
            let headers = [
                ("content-type", "application/json"),
                ("mcp-protocol-version", version.as_str()),
                ("mcp-method", "tools/call"),
                ("mcp-name", "climb"),
            ];
            let mut stream = mountain.server.send(http::Method::POST, &headers, &message).await;
            let first = event(&mut stream).await.unwrap();
            assert_eq!((step(&first), first.id), (json!(1), None));
            continue;
        }
        let (_, mut stream) = mountain.begin(version, 1).await;
        if version == Version::V2025_11_25 {
            assert_eq!(event(&mut stream).await.unwrap().data, "");
        }
        let first = event(&mut stream).await.unwrap();
        assert_eq!(step(&first), 1, "{version}");
        assert_eq!(first.id.is_some(), version >= Version::V2025_03_26, "{version}");
    }
    // Without a session nobody could come back.
    let mountain = Mountain::new();
    let mut stream = mountain.server.post(None, &call(1, "climb", json!({"steps": 1}))).await;
    assert_eq!(event(&mut stream).await.unwrap().id, None);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_comes_back_for_is_cancelled_when_its_time_is_over() {
    let mountain = Mountain::new();
    let (session, mut stream) = mountain.begin(Version::V2025_06_18, 9).await;
    let first = event(&mut stream).await.unwrap();
    let left = Instant::now();
    drop(stream);
    mountain.dropped.0.notified().await;
    assert_eq!(left.elapsed(), Limits::default().replay);
    let late = mountain.server.get(&session, Some(first.id())).await;
    assert_eq!(late.status(), StatusCode::BAD_REQUEST);
    assert!(json(late).await["error"]["message"].as_str().unwrap().contains("still kept"));

    // To come back in time and to go away again begins the time anew.
    let (session, mut stream) = mountain.begin(Version::V2025_06_18, 9).await;
    let first = event(&mut stream).await.unwrap();
    drop(stream);
    tokio::time::advance(Limits::default().replay / 2).await;
    drop(mountain.server.get(&session, Some(first.id())).await);
    let left = Instant::now();
    mountain.dropped.0.notified().await;
    assert_eq!(left.elapsed(), Limits::default().replay);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_before_anything_was_said_has_its_time_too() {
    let mountain = Mountain::new();
    let session = mountain.server.open_session(Version::V2025_06_18).await;
    let message = call(1, "climb", json!({"steps": 0}));
    assert_eq!(json(mountain.server.post(Some(&session), &message).await).await["id"], 1);
    let quiet = request(2, "tools/call", json!({"name": "climb", "arguments": {"steps": 1}}));
    let deaf = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("mcp-session-id", session.as_str()),
    ];
    let sent = timeout(Duration::from_secs(3), mountain.server.send(http::Method::POST, &deaf, &quiet)).await;
    assert!(sent.is_err(), "the client has lost patience");
    let left = Instant::now();
    mountain.dropped.0.notified().await;
    assert_eq!(left.elapsed(), Limits::default().replay);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_client_is_away_can_be_cancelled() {
    let mountain = Mountain::new();
    let (session, mut stream) = mountain.begin(Version::V2025_11_25, 9).await;
    let prime = event(&mut stream).await.unwrap();
    drop(stream);
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    assert_eq!(mountain.server.post(Some(&session), &cancel).await.status(), StatusCode::ACCEPTED);
    assert!(mountain.is_dropped().await);
    let mut rest = mountain.server.get(&session, Some(prime.id())).await;
    event(&mut rest).await.unwrap();
    while let Some(event) = event(&mut rest).await {
        assert!(event.message().get("result").is_none(), "a cancelled call has no answer");
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_of_somebody_else_or_of_nobody_is_refused() {
    let mountain = Mountain::new();
    let (session, mut stream) = mountain.begin(Version::V2025_11_25, 2).await;
    let prime = event(&mut stream).await.unwrap();
    let id = prime.id();
    let stranger = mountain.server.open_session(Version::V2025_11_25).await;
    let (place, _) = id.rsplit_once('.').unwrap();
    let (process, name) = place.split_once('.').unwrap();
    for (session, id, status, words) in [
        (&stranger, id.to_owned(), 400, "no stream of this session"),
        (&session, format!("{process}.AAAAAAAAAAAAAAAAAAAAAA.0"), 400, "no stream of this session"),
        (&session, format!("{place}.9"), 400, "no stream of this session"),
        (&session, format!("{place}.x"), 400, "not the id of an event"),
        (&session, name.to_owned(), 400, "not the id of an event"),
        (&session, "7".to_owned(), 400, "not the id of an event"),
        (&session, format!("AAAAAAAA.{name}.0"), 421, "sticky routing"),
        (&"made up".to_owned(), id.to_owned(), 404, "initialize"),
    ] {
        let refused = mountain.server.get(session, Some(&id)).await;
        assert_eq!(refused.status(), status, "{id}");
        let answer = json(refused).await;
        assert!(answer.to_string().contains(words), "{words} is not in {answer}");
    }
    // Nobody has taken the stream away meanwhile.
    mountain.gate.add_permits(2);
    for _ in 0..2 {
        event(&mut stream).await.unwrap();
    }
    assert_eq!(event(&mut stream).await.unwrap().message()["id"], 1);
}

#[tokio::test(start_paused = true)]
async fn only_the_last_connection_of_a_stream_goes_on() {
    let mountain = Mountain::new();
    let (session, mut old) = mountain.begin(Version::V2025_11_25, 2).await;
    let prime = event(&mut old).await.unwrap();
    assert_eq!(step(&event(&mut old).await.unwrap()), 1);
    let mut new = mountain.server.get(&session, Some(prime.id())).await;
    assert_eq!(event(&mut old).await, None);
    drop(old);
    event(&mut new).await.unwrap();
    assert_eq!(step(&event(&mut new).await.unwrap()), 1);
    mountain.gate.add_permits(2);
    assert_eq!(step(&event(&mut new).await.unwrap()), 2);
    assert_eq!(event(&mut new).await.unwrap().message()["id"], 1);
}

#[tokio::test(start_paused = true)]
async fn changes_that_happen_while_nobody_listens_are_told_afterwards() {
    let mountain = Mountain::new();
    let session = mountain.server.open_session(Version::V2025_11_25).await;
    let mut stream = mountain.server.get(&session, None).await;
    let prime = event(&mut stream).await.unwrap();
    mountain.notifier.tools_list_changed();
    let told = event(&mut stream).await.unwrap();
    assert_eq!(told.message()["method"], "notifications/tools/list_changed");
    drop(stream);
    mountain.notifier.prompts_list_changed();
    for (seen, methods) in [
        (told.id(), &["notifications/prompts/list_changed"][..]),
        (prime.id(), &["notifications/tools/list_changed", "notifications/prompts/list_changed"]),
    ] {
        let mut rest = mountain.server.get(&session, Some(seen)).await;
        event(&mut rest).await.unwrap();
        for method in methods {
            assert_eq!(event(&mut rest).await.unwrap().message()["method"], *method);
        }
    }
    assert_eq!(mountain.notifier.listeners(), 1);
    tokio::time::sleep(Limits::default().replay * 2).await;
    assert_eq!(mountain.notifier.listeners(), 0, "nobody came back");
}

#[tokio::test(start_paused = true)]
async fn a_handler_sends_its_client_away_and_the_answer_waits() {
    let mountain = Mountain::new();
    let session = mountain.server.open_session(Version::V2025_11_25).await;
    let mut stream = mountain.server.post(Some(&session), &call(1, "leave", json!({}))).await;
    event(&mut stream).await.unwrap();
    let later = event(&mut stream).await.unwrap();
    assert_eq!(step(&later), "see you later");
    let pause = event(&mut stream).await.unwrap();
    assert_eq!(pause.retry.as_deref(), Some("250"));
    assert_eq!((pause.data.as_str(), pause.id()), ("", later.id()));
    assert_eq!(event(&mut stream).await, None, "the connection ends");
    drop(stream);
    mountain.leave.reached().await;
    mountain.leave.open();
    let mut rest = mountain.server.get(&session, Some(pause.id())).await;
    event(&mut rest).await.unwrap();
    assert_eq!(step(&event(&mut rest).await.unwrap()), "welcome back");
    assert_eq!(event(&mut rest).await.unwrap().message()["result"]["content"][0]["text"], "done");

    // Whoever cannot come back is not sent away, and nothing else changes for it either.
    let headers = [
        ("content-type", "application/json"),
        ("mcp-protocol-version", Version::LATEST.as_str()),
        ("mcp-method", "tools/call"),
        ("mcp-name", "leave"),
    ];
    mountain.leave.open();
    let modern = modern_call(1, "leave", json!({}));
    let answer = mountain.server.send(http::Method::POST, &headers, &modern).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    for session in [Some(mountain.server.open_session(Version::V2025_06_18).await), None] {
        let mut stream = mountain.server.post(session.as_deref(), &call(1, "leave", json!({}))).await;
        mountain.leave.open();
        assert_eq!(step(&event(&mut stream).await.unwrap()), "see you later");
        assert_eq!(step(&event(&mut stream).await.unwrap()), "welcome back");
        assert_eq!(event(&mut stream).await.unwrap().message()["id"], 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_clients_is_bounded() {
    let limits = Limits { replay_events: 2, replay_streams: 1, ..Limits::default() };
    let mountain = Mountain::with(|server| server.limits(limits));
    let (session, mut stream) = mountain.begin(Version::V2025_11_25, 5).await;
    let prime = event(&mut stream).await.unwrap();
    drop(stream);
    mountain.gate.add_permits(5);
    tokio::time::sleep(Duration::from_millis(1)).await;
    let mut rest = mountain.server.get(&session, Some(prime.id())).await;
    event(&mut rest).await.unwrap();
    assert_eq!(step(&event(&mut rest).await.unwrap()), 5, "the oldest were dropped first");
    assert_eq!(event(&mut rest).await.unwrap().message()["id"], 1);
    drop(rest);

    let (_, first) = mountain.begin(Version::V2025_11_25, 1).await;
    drop(first);
    assert!(!mountain.is_dropped().await);
    let (_, second) = mountain.begin(Version::V2025_11_25, 1).await;
    drop(second);
    assert!(mountain.is_dropped().await, "the stream that has waited longest makes room");
    assert!(!mountain.is_dropped().await);
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_a_call_whose_client_goes_away_can_be_set() {
    let cancelling = Mountain::with(|server| server.on_disconnect(OnDisconnect::Cancel));
    let (session, mut stream) = cancelling.begin(Version::V2025_11_25, 1).await;
    let prime = event(&mut stream).await.unwrap();
    drop(stream);
    assert!(cancelling.is_dropped().await);
    let gone = cancelling.server.get(&session, Some(prime.id())).await;
    assert_eq!(gone.status(), StatusCode::BAD_REQUEST);

    let modern = || {
        let headers = [
            ("content-type", "application/json"),
            ("mcp-protocol-version", Version::LATEST.as_str()),
            ("mcp-method", "tools/call"),
            ("mcp-name", "climb"),
        ];
        (headers, modern_call(1, "climb", json!({"steps": 1})))
    };
    for (set, time) in
        [(OnDisconnect::ByRevision, Duration::ZERO), (OnDisconnect::GoOn, Limits::default().replay)]
    {
        let mountain = Mountain::with(|server| server.on_disconnect(set));
        let (headers, message) = modern();
        let patience = Duration::from_secs(1);
        let sent = timeout(patience, mountain.server.send(http::Method::POST, &headers, &message)).await;
        assert!(sent.is_err());
        let left = Instant::now();
        mountain.dropped.0.notified().await;
        assert_eq!(left.elapsed(), time, "{set:?}");
    }
}

#[tokio::test]
async fn over_a_socket_a_broken_connection_is_come_back_to() {
    let gate: Arc<Semaphore> = Arc::new(Semaphore::new(0));
    let server = Server::new("mountain", "1")
        .with(tools![climb])
        .shared_state(Arc::clone(&gate))
        .state(Dropped::default());
    let server = TestServer::serve(server).await;
    let session = server.open_session(Version::V2025_11_25).await;
    let message = call(1, "climb", json!({"steps": 2}));
    let mut events = Events::of(server.send(server.in_session(&session, &message)).await);
    assert_eq!(events.message().await.unwrap()["params"]["data"], 1);
    let seen = events.last_id.clone().unwrap();
    drop(events);
    gate.add_permits(2);
    let get = server.client.get(server.url("/mcp")).header("accept", "text/event-stream");
    let get = get.header("mcp-session-id", &session).header("last-event-id", seen);
    let mut rest = Events::of(server.send(get).await);
    assert_eq!(rest.message().await.unwrap()["params"]["data"], 2);
    assert_eq!(rest.message().await.unwrap()["result"]["content"][0]["text"], "climbed 2 steps");
    assert_eq!(rest.next().await, None);
}
