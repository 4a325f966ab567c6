//! How a task stands, told to those who listen. (The official suite skips its scenario of this.)

use disco_sdk::Version;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};

use super::*;
use crate::support::{Events, TestServer, modern, modern_call, request};

fn with_tasks(mut message: Value) -> Value {
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    message
}

fn listen(id: &str, tasks: Value) -> Value {
    with_tasks(modern(id, "subscriptions/listen", json!({"notifications": {"taskIds": tasks}})))
}

async fn begin_over_http(server: &TestServer, tool: &str, arguments: Value) -> String {
    let created = server.json(server.modern(&with_tasks(modern_call(1, tool, arguments)))).await;
    created["result"]["taskId"].as_str().unwrap_or_else(|| panic!("no task in {created}")).to_owned()
}

/// The next notification on a task, checked against the schema.
async fn next(events: &mut Events, subscription: &str) -> Value {
    let message = events.message().await.unwrap();
    Schema::of_tasks().check("TaskStatusNotification", &message);
    let meta = &message["params"]["_meta"];
    assert_eq!(meta["io.modelcontextprotocol/subscriptionId"], subscription);
    message["params"].clone()
}

#[tokio::test]
async fn a_subscription_hears_how_its_tasks_stand_and_of_no_others() {
    let server = TestServer::serve(digging()).await;
    let mine = begin_over_http(&server, "delegate", json!({})).await;
    let other = begin_over_http(&server, "collapse", json!({})).await;
    let ids = json!([mine, "nobody knows it"]);
    let mut events = Events::of(server.send(server.modern(&listen("sub", ids))).await);
    let acknowledged = events.message().await.unwrap();
    assert_eq!(acknowledged["params"]["notifications"], json!({"taskIds": [mine]}));

    let mut heard = next(&mut events, "sub").await;
    while heard["status"] == "working" {
        heard = next(&mut events, "sub").await;
    }
    assert_eq!((&heard["taskId"], &heard["status"]), (&json!(mine), &json!("input_required")));
    assert_ne!(heard["taskId"], json!(other));
    let answers = json!({(asking(&heard, "Who?")): accept("me")});
    let update = modern(2, "tasks/update", json!({"taskId": mine, "inputResponses": answers}));
    server.json(server.modern(&with_tasks(update))).await;
    let mut heard = next(&mut events, "sub").await;
    while heard["status"] == "working" {
        heard = next(&mut events, "sub").await;
    }
    assert_eq!((&heard["taskId"], &heard["status"]), (&json!(mine), &json!("completed")));
    assert_eq!(text(&heard["result"]), "me");

    // It is what is told when it is asked for.
    let mut asked =
        server.json(server.modern(&with_tasks(modern(3, "tasks/get", json!({"taskId": mine}))))).await;
    for of_one in ["_meta", "resultType"] {
        asked["result"].as_object_mut().unwrap().remove(of_one);
        heard.as_object_mut().unwrap().remove(of_one);
    }
    assert_eq!(heard, asked["result"]);
    server.stop.now();
    let end = events.message().await.unwrap();
    assert_eq!((&end["id"], &end["result"]["resultType"]), (&json!("sub"), &json!("complete")));
}

#[tokio::test]
async fn a_task_that_has_ended_before_is_told_of_as_well() {
    let server = TestServer::serve(digging()).await;
    let id = begin_over_http(&server, "collapse", json!({})).await;
    let get = with_tasks(modern(2, "tasks/get", json!({"taskId": id})));
    while server.json(server.modern(&get)).await["result"]["status"] != "completed" {}
    let mut events = Events::of(server.send(server.modern(&listen("late", json!([id])))).await);
    events.message().await.unwrap();
    assert_eq!(next(&mut events, "late").await["status"], "completed");
}

#[tokio::test]
async fn whoever_has_not_declared_the_extension_hears_of_no_task() {
    let server = TestServer::serve(digging()).await;
    let wanted = modern("sub", "subscriptions/listen", json!({"notifications": {"taskIds": ["t"]}}));
    let response = server.send(server.modern(&wanted)).await;
    assert_eq!(response.status(), 400);
    let refused: Value = response.json().await.unwrap();
    assert_eq!(refused["error"]["code"], -32021);
    let required = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    assert_eq!(refused["error"]["data"]["requiredCapabilities"], required);
}

#[tokio::test]
async fn a_session_of_the_older_revision_hears_of_its_own_tasks() {
    let server = TestServer::serve(digging()).await;
    let session = server.open_session(Version::V2025_11_25).await;
    let stranger = server.open_session(Version::V2025_11_25).await;
    let stream = |session: &str| server.client.get(server.url("/mcp")).header("mcp-session-id", session);
    let mut events = Events::of(server.send(stream(&session).header(ACCEPT, "text/event-stream")).await);
    let call = |id: u64| request(id, CALL, json!({"name": "collapse", "arguments": {}, "task": {}}));
    server.json(server.in_session(&stranger, &call(1))).await;
    let created = server.json(server.in_session(&session, &call(2))).await;
    let message = events.message().await.unwrap();
    Schema::of(Version::V2025_11_25).check("TaskStatusNotification", &message);
    assert_eq!(message["method"], "notifications/tasks/status");
    assert_eq!(message["params"]["taskId"], created["result"]["task"]["taskId"]);
    // A failed result is a failed task there.
    assert_eq!(message["params"]["status"], "failed");
    assert!(message["params"].get("_meta").is_none() && message["params"].get("result").is_none());
}
