//! Terminals are opened, talked to and closed, and processes are found and signalled.

use reqwest::Method;
use serde_json::{Value, json};

use super::Rest;

const OPEN: &str = "/api/v1/terminal/default/session";

async fn open(rest: &Rest, body: Value) -> String {
    let opened = rest.post(OPEN, body).await;
    format!("/api/v1/terminal/session/{}", opened["terminal_id"].as_str().unwrap())
}

#[tokio::test]
async fn a_program_on_a_terminal_is_talked_to() {
    let rest = Rest::start().await;
    let at = open(&rest, json!({"command": "read -r line; echo \"it was $line\"; exec cat", "record": true}))
        .await;
    let typed = json!({"text": "hello", "keys": ["enter"], "wait_for": "it was .*\\n"});
    let read = rest.post(&at, typed).await;
    assert!(read["text"].as_str().unwrap().contains("it was hello"), "{read}");
    let again = rest.get(&format!("{at}?cursor=0&mode=stream&timeout_ms=1000")).await;
    assert!(again["text"].as_str().unwrap().contains("it was hello"), "{again}");
    let screen = rest.get(&format!("{at}?mode=screen")).await;
    assert!(screen["screen"].to_string().contains("it was hello"), "{screen}");

    let resized = rest.post(&format!("{at}/resize"), json!({"cols": 100, "rows": 30})).await;
    assert_eq!((&resized["cols"], &resized["rows"]), (&json!(100), &json!(30)));
    let listed = rest.get(OPEN).await;
    assert_eq!(
        (&listed["terminals"][0]["cols"], &listed["terminals"][0]["is_open"]),
        (&json!(100), &json!(true))
    );

    let reached = rest.post(&format!("{at}/signal"), json!({"signal": "kill"})).await;
    assert_eq!(reached["processes"][0]["command"], "cat");
    while rest.get(&format!("{at}?timeout_ms=1000")).await["is_open"] == true {}
    let recorded = rest.get(&format!("{at}?recording=true")).await;
    assert!(recorded["text"].as_str().unwrap().starts_with("{\"version\":2"), "{recorded}");
}

#[tokio::test]
async fn what_was_done_at_terminals_is_told_later() {
    let rest = Rest::start().await;
    let command = "echo one; echo two; echo twenty-two";
    let at = open(&rest, json!({"command": command, "record": true})).await;
    while rest.get(&format!("{at}?timeout_ms=1000")).await["is_open"] == true {}
    let other = open(&rest, json!({"command": "cat"})).await;
    rest.done(Method::DELETE, &at, None).await;

    let history = rest.get("/api/v1/terminal/default/history?limit=1").await;
    assert_eq!(
        (&history["terminals"][0]["command"], &history["terminals"][1]),
        (&json!("cat"), &Value::Null)
    );
    let older = format!("/api/v1/terminal/default/history?before={}", history["next_before"]);
    let older = rest.get(&older).await;
    assert_eq!(older["terminals"][0]["command"], command);
    assert_eq!((&older["terminals"][0]["is_open"], &older["next_before"]), (&json!(false), &Value::Null));

    let lines = rest.get(&format!("{at}/history?search=two")).await;
    let texts: Vec<_> = lines["lines"].as_array().unwrap().iter().map(|line| &line["text"]).collect();
    assert_eq!(texts, ["two", "twenty-two"]);
    let last = rest.get(&format!("{at}/history?limit=1")).await;
    assert_eq!((&last["lines"][0]["text"], &last["truncated"]), (&json!("twenty-two"), &json!(true)));
    let cast = rest.send(Method::GET, &format!("{at}/recording"), None).await;
    assert_eq!(cast.headers()["content-type"], "application/x-asciicast");
    assert!(cast.text().await.unwrap().starts_with("{\"version\":2"));
    for path in ["history", "recording"] {
        let none = rest.fail(Method::GET, &format!("{other}/{path}"), None).await;
        assert_eq!(none, (404, "FILE_NOT_FOUND".into()));
    }
}

#[tokio::test]
async fn a_terminal_that_is_closed_says_so_to_whoever_comes_later() {
    let rest = Rest::start().await;
    let at = open(&rest, json!({"command": "cat"})).await;
    assert_eq!(rest.done(Method::DELETE, &at, None).await["is_open"], false);
    assert_eq!(rest.get(OPEN).await["terminals"], json!([]));
    assert_eq!(rest.fail(Method::GET, &at, None).await, (410, "TERMINAL_CLOSED".into()));
    let none = rest.fail(Method::GET, "/api/v1/terminal/session/none", None).await;
    assert_eq!(none, (404, "TERMINAL_NOT_FOUND".into()));
    let nowhere = rest.fail(Method::GET, "/api/v1/terminal/none/session", None).await;
    assert_eq!(nowhere, (404, "CONTAINER_NOT_FOUND".into()));
}

#[tokio::test]
async fn what_a_terminal_is_asked_has_bounds() {
    let rest = Rest::start().await;
    let at = open(&rest, json!({"command": "cat"})).await;
    let too_large = json!({"text": "x".repeat(65_537)});
    let too_many = json!({"keys": vec!["enter"; 101]});
    let wrong_key = json!({"keys": ["any"]});
    let too_long = json!({"timeout_ms": 60_001});
    for body in [too_large, too_many, wrong_key, too_long] {
        let refused = rest.fail(Method::POST, &at, Some(body)).await;
        assert_eq!(refused, (400, "INVALID_REQUEST".into()));
    }
    let size = rest.fail(Method::POST, &format!("{at}/resize"), Some(json!({"cols": 1, "rows": 24}))).await;
    assert_eq!(size, (400, "INVALID_REQUEST".into()));
    let pattern = rest.fail(Method::GET, &format!("{at}?wait_for=("), None).await;
    assert_eq!(pattern, (422, "INVALID_PATTERN".into()));
}

#[tokio::test]
async fn a_process_is_found_and_killed() {
    let rest = Rest::start().await;
    let at = open(&rest, json!({"command": "exec sleep 600"})).await;
    let processes = "/api/v1/terminal/default/processes";
    let sleeping = loop {
        let told = rest.get(processes).await;
        let found = told["processes"].as_array().unwrap().iter().find(|one| one["command"] == "sleep 600");
        if let Some(found) = found {
            break found.clone();
        }
    };
    let kill = "/api/v1/terminal/default/kill";
    let killed = rest.post(kill, json!({"process_id": sleeping["process_id"]})).await;
    assert_eq!(killed["pid"], sleeping["pid"]);
    while rest.get(&format!("{at}?timeout_ms=1000")).await["is_open"] == true {}
    let gone = rest.fail(Method::POST, kill, Some(json!({"process_id": sleeping["process_id"]}))).await;
    assert_eq!(gone, (404, "PROCESS_NOT_FOUND".into()));
}
