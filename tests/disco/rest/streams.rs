//! Streams: what is written comes while it is written, and a stream ends when it has to.

use reqwest::Method;
use serde_json::{Value, json};

use super::{EventStream, Rest};

/// A job that writes a line, waits until there is a file, and writes another.
fn in_two_parts() -> Value {
    let command = "echo before; until [ -e go ]; do sleep 0.02; done; echo after >&2";
    json!({"commands": [command], "job_id": "two", "timeout": 60})
}

async fn go(rest: &Rest) {
    rest.post("/api/v1/files/default", json!({"path": "go", "content": ""})).await;
}

#[tokio::test]
async fn the_log_of_a_task_is_followed_to_its_end() {
    let rest = Rest::start().await;
    rest.post("/api/v1/tasks/run", in_two_parts()).await;
    let mut events = EventStream::of(rest.send(Method::GET, "/api/v1/tasks/two/logs/stream", None).await);
    let (name, before) = events.next().await.unwrap();
    assert_eq!((name.as_str(), &before["text"]), ("log", &json!("before\n")));
    go(&rest).await;
    let (_, after) = events.next().await.unwrap();
    assert_eq!((&after["text"], &after["stream"]), (&json!("after\n"), &json!("stderr")));
    let (name, done) = events.next().await.unwrap();
    assert_eq!((name.as_str(), &done["status"]), ("done", &json!("success")));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn who_was_cut_off_goes_on_where_it_was() {
    let rest = Rest::start().await;
    go(&rest).await;
    rest.post("/api/v1/tasks/run", in_two_parts()).await;
    let url = format!("{}/api/v1/tasks/two/logs/stream", rest.url);
    let mut all = EventStream::of(rest.client.get(&url).send().await.unwrap());
    let (_, first) = all.next().await.unwrap();
    let last = first["seq"].as_u64().unwrap();
    let rest_of_it = rest.client.get(&url).header("last-event-id", last).send().await.unwrap();
    let (_, second) = EventStream::of(rest_of_it).next().await.unwrap();
    // Which of the two streams of a command is read first, nobody knows.
    let mut texts = [first["text"].as_str().unwrap(), second["text"].as_str().unwrap()];
    texts.sort_unstable();
    assert_eq!(texts, ["after\n", "before\n"]);
    let absent = rest.fail(Method::GET, "/api/v1/tasks/none/logs/stream", None).await;
    assert_eq!(absent, (404, "JOB_NOT_FOUND".into()));
}

#[tokio::test]
async fn a_command_tells_what_it_writes_while_it_runs() {
    let rest = Rest::start().await;
    let body = json!({"command": "echo out; until [ -e go ]; do sleep 0.02; done; echo bad >&2; exit 3"});
    let answer = rest.send(Method::POST, "/api/v1/terminal/default/stream", Some(body)).await;
    let mut events = EventStream::of(answer);
    assert_eq!(events.next().await.unwrap(), ("stdout".into(), json!({"type": "stdout", "text": "out\n"})));
    go(&rest).await;
    assert_eq!(events.next().await.unwrap(), ("stderr".into(), json!({"type": "stderr", "text": "bad\n"})));
    let (name, exit) = events.next().await.unwrap();
    assert_eq!((name.as_str(), &exit["exit_code"]), ("exit", &json!(3)));
    assert_eq!(events.next().await.unwrap().0, "complete");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn who_closes_the_stream_of_a_command_kills_it() {
    let rest = Rest::start().await;
    let body = json!({"command": "echo $$; sleep 600"});
    let answer = rest.send(Method::POST, "/api/v1/terminal/default/stream", Some(body)).await;
    let mut events = EventStream::of(answer);
    events.next().await.unwrap();
    let running = async || {
        let status: Value = rest.send(Method::GET, "/status", None).await.json().await.unwrap();
        status["commands_running"].as_u64().unwrap()
    };
    assert_eq!(running().await, 1);
    drop(events);
    while running().await > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn more_streams_than_the_settings_allow_are_refused_until_one_is_closed() {
    let rest = Rest::start_with(&["--max-streams", "1"]).await;
    rest.post("/api/v1/tasks/run", in_two_parts()).await;
    let path = "/api/v1/tasks/two/logs/stream";
    let mut first = EventStream::of(rest.send(Method::GET, path, None).await);
    first.next().await.unwrap();
    assert_eq!(rest.fail(Method::GET, path, None).await, (429, "STREAM_LIMIT".into()));
    go(&rest).await;
    while first.next().await.is_some() {}
    EventStream::of(rest.send(Method::GET, path, None).await);
}

#[tokio::test]
async fn streams_end_when_their_time_is_over_and_when_the_server_stops() {
    let rest = Rest::start_with(&["--stream-seconds", "1"]).await;
    rest.post("/api/v1/tasks/run", in_two_parts()).await;
    let path = "/api/v1/tasks/two/logs/stream";
    let mut short = EventStream::of(rest.send(Method::GET, path, None).await);
    assert_eq!(short.next().await.unwrap().0, "log");
    assert_eq!(short.next().await, None, "it has been open for a second");

    let rest = Rest::start().await;
    rest.post("/api/v1/tasks/run", in_two_parts()).await;
    let mut open = EventStream::of(rest.send(Method::GET, path, None).await);
    open.next().await.unwrap();
    let id = rest.process.child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(open.next().await, None);
    let (code, log) = rest.process.finish().await;
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("still under way"), "{log}");
}
