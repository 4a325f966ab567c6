//! What cannot be answered is refused in the same way everywhere, and everything is bounded.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rest, failed};

#[tokio::test]
async fn what_is_not_there_is_told_in_json() {
    let rest = Rest::start().await;
    for path in ["/api/v1/nothing", "/api", "/nothing"] {
        assert_eq!(rest.fail(Method::GET, path, None).await, (404, "NOT_FOUND".into()), "{path}");
    }
    let answer = rest.send(Method::PATCH, "/api/v1/containers", None).await;
    assert_eq!(answer.headers()["allow"], "POST,GET,HEAD");
    assert_eq!(failed(answer).await, (405, "METHOD_NOT_ALLOWED".into()));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_place() {
    let rest = Rest::start().await;
    for (path, body, place) in [
        ("/api/v1/containers", json!([]), "the body is a list"),
        ("/api/v1/containers", json!({"limits": [1]}), "`limits` is a list"),
        ("/api/v1/containers", json!({"nam": "x"}), "unknown field `nam`"),
        ("/api/v1/files/default", json!({"path": "a"}), "missing field `content`"),
        ("/api/v1/tasks/run", json!({"commands": "true"}), "expected a sequence"),
    ] {
        let answer = rest.send(Method::POST, path, Some(body)).await;
        assert_eq!(answer.status(), 400);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["error"]["code"], "INVALID_REQUEST");
        assert!(answer["error"]["message"].as_str().unwrap().contains(place), "{answer}");
    }
    for path in ["/api/v1/files/default?dept=2", "/api/v1/tasks?limit=many", "/api/v1/runs?status=good"] {
        assert_eq!(rest.fail(Method::GET, path, None).await, (400, "INVALID_REQUEST".into()), "{path}");
    }
    let range = rest.fail(Method::GET, "/api/v1/tasks?limit=0", None).await;
    assert_eq!(range, (400, "INVALID_REQUEST".into()));
}

#[tokio::test]
async fn numbers_are_taken_as_large_and_as_they_may_be_written() {
    let rest = Rest::start().await;
    rest.post("/api/v1/tasks/run", json!({"commands": ["true"], "job_id": "job", "timeout": 60.0})).await;
    let most = u64::MAX;
    let logs = rest.get(&format!("/api/v1/tasks/job/logs?cursor={most}")).await;
    assert_eq!(logs["entries"], json!([]));
    for list in ["tasks", "runs", "audit", "containers", "snapshots", "terminal/default/history"] {
        rest.get(&format!("/api/v1/{list}?before={most}")).await;
    }
    let half = json!({"commands": ["true"], "timeout": 60.5});
    let half = rest.fail(Method::POST, "/api/v1/tasks/run", Some(half)).await;
    assert_eq!(half, (400, "INVALID_REQUEST".into()));
}

#[tokio::test]
async fn bodies_and_times_are_bounded_by_the_settings() {
    let rest = Rest::start_with(&["--body-mb", "1", "--request-seconds", "1"]).await;
    let large = json!({"path": "a", "content": "x".repeat(1 << 20)});
    let refused = rest.fail(Method::POST, "/api/v1/files/default", Some(large)).await;
    assert_eq!(refused, (413, "BODY_TOO_LARGE".into()));
    let long = json!({"command": "sleep 600"});
    let ended = rest.fail(Method::POST, "/api/v1/terminal/default/execute", Some(long)).await;
    assert_eq!(ended, (504, "TIMEOUT".into()));
    let mut status: Value = json!({"commands_running": 1});
    while status["commands_running"] != 0 {
        status = rest.send(Method::GET, "/status", None).await.json().await.unwrap();
    }
}

#[tokio::test]
async fn more_requests_than_the_settings_allow_are_told_to_come_later() {
    let rest = Rest::start_with(&["--max-requests", "1"]).await;
    let command = json!({"command": "touch here; until [ -e go ]; do sleep 0.02; done"});
    let long = rest.send(Method::POST, "/api/v1/terminal/default/execute", Some(command));
    let others = async {
        let here = rest.folder.path().join("workspace/here");
        while !here.exists() {
            tokio::task::yield_now().await;
        }
        let refused = rest.fail(Method::GET, "/api/v1/containers", None).await;
        std::fs::write(rest.folder.path().join("workspace/go"), "").unwrap();
        refused
    };
    let (long, refused) = tokio::join!(long, others);
    assert_eq!(refused, (503, "BUSY".into()));
    assert_eq!(long.status(), 200);
}
