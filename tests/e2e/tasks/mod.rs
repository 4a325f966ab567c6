//! Calls that become tasks: the extension of the modern era, and the core of 2025-11-25.

mod core;
mod extension;
mod fixture;
mod later;
mod limits;
mod notifications;
mod questions;
mod stopping;
mod transports;

use std::sync::Arc;

use disco_sdk::client::{Answers, Client};
use disco_sdk::{Server, Service, Version};
use serde_json::{Value, json};

use crate::wire::Schema;
use fixture::{Pit, digging};

const CALL: &str = "tools/call";

/// What a client declares that takes tasks and can be asked.
fn capabilities() -> Value {
    json!({
        "elicitation": {"form": {}, "url": {}},
        "sampling": {},
        "roots": {},
        "extensions": {"io.modelcontextprotocol/tasks": {}},
    })
}

/// The server of tasks, and its pit.
fn service_with(set: impl FnOnce(Server) -> Server) -> (Service, Arc<Pit>) {
    let pit = Arc::new(Pit::default());
    let service = set(digging()).shared_state(Arc::clone(&pit)).build().expect("the server builds");
    (service, pit)
}

fn service() -> (Service, Arc<Pit>) {
    service_with(|server| server)
}

/// A client that takes tasks and is driven by hand.
async fn taking(service: &Service) -> Client {
    client_in(service, Version::LATEST).await
}

async fn client_in(service: &Service, version: Version) -> Client {
    service.client_with(version, Answers::new(capabilities(), |_| None)).await.expect("it connects")
}

fn params(tool: &str, arguments: Value) -> Value {
    json!({"name": tool, "arguments": arguments})
}

/// Calls a tool that becomes a task, and gives the name of that.
async fn begin(client: &Client, tool: &str, arguments: Value) -> String {
    let created = client.request(CALL, params(tool, arguments)).await.expect("the call is answered");
    Schema::of_tasks().check("CreateTaskResult", &created);
    assert_eq!(created["resultType"], "task", "{created}");
    created["taskId"].as_str().expect("a name").to_owned()
}

async fn get(client: &Client, id: &str) -> Value {
    let task = client.request("tasks/get", json!({"taskId": id})).await.expect("the task is there");
    Schema::of_tasks().check("GetTaskResult", &task);
    assert_eq!((&task["resultType"], &task["taskId"]), (&json!("complete"), &json!(id)));
    task
}

/// Lets others run until the task stands so.
async fn until(client: &Client, id: &str, status: &str) -> Value {
    loop {
        let task = get(client, id).await;
        if task["status"] == status {
            return task;
        }
        let is_terminal = ["completed", "failed", "cancelled"].iter().any(|end| task["status"] == *end);
        assert!(!is_terminal, "it never was {status}: {task}");
        tokio::task::yield_now().await;
    }
}

/// Answers questions of a task, by their names.
async fn update(client: &Client, id: &str, answers: Value) -> disco_sdk::Result<Value> {
    let ack = client.request("tasks/update", json!({"taskId": id, "inputResponses": answers})).await?;
    Schema::of_tasks().check("UpdateTaskResult", &ack);
    Ok(ack)
}

fn accept(value: impl Into<Value>) -> Value {
    json!({"action": "accept", "content": {"value": value.into()}})
}

/// The name of the question that asks this.
fn asking(task: &Value, message: &str) -> String {
    let requests = task["inputRequests"].as_object().unwrap_or_else(|| panic!("no questions in {task}"));
    let found = requests.iter().find(|(_, request)| request["params"]["message"] == message);
    found.unwrap_or_else(|| panic!("{message:?} is not asked in {task}")).0.clone()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text in {result}"))
}
