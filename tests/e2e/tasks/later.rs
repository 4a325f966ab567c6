//! Calls that ask first, and become tasks where the handler says so.

use disco_sdk::client::Answers;
use serde_json::{Value, json};

use super::*;

/// The parameters of the next round.
fn answered(tool: &str, asked: &Value, answers: Value) -> Value {
    json!({"name": tool, "arguments": {}, "inputResponses": answers, "requestState": asked["requestState"]})
}

#[tokio::test]
async fn questions_before_it_are_rounds_and_those_after_it_are_the_tasks() {
    let (service, pit) = service();
    let client = taking(&service).await;
    let asked = client.request(CALL, params("dig_there", json!({}))).await.unwrap();
    assert_eq!(asked["resultType"], "input_required");
    assert!(asked.get("taskId").is_none());

    let next = answered("dig_there", &asked, json!({"place": accept("the garden")}));
    let created = client.request(CALL, next).await.unwrap();
    Schema::of_tasks().check("CreateTaskResult", &created);
    assert_eq!(created["resultType"], "task");
    assert!(created.get("requestState").is_none() && created.get("inputRequests").is_none());

    let id = created["taskId"].as_str().unwrap();
    pit.reached().await;
    assert_eq!(get(&client, id).await["status"], "working");
    pit.open();
    let waiting = until(&client, id, "input_required").await;
    let depth = asking(&waiting, "How deep?");
    assert!(depth.starts_with("depth"), "{depth}");
    update(&client, id, json!({(depth): accept(4)})).await.unwrap();
    let done = until(&client, id, "completed").await;
    assert_eq!(text(&done["result"]), "a hole in the garden, 4 m deep, permit true");
}

#[tokio::test]
async fn for_a_client_without_tasks_it_goes_on_in_rounds_or_requests() {
    for version in crate::ask::with_forms() {
        let (service, pit) = service();
        let answers = Answers::form(|question| match question.message() {
            "Where?" => json!({"value": "a field"}),
            _ => json!({"value": 1}),
        });
        let client = service.client_with(version, answers).await.unwrap();
        // In the modern era what stands before the last question runs again.
        let opening = async {
            loop {
                pit.reached().await;
                pit.open();
            }
        };
        let done = tokio::select! {
            result = client.call("dig_there", json!({})) => result.unwrap(),
            () = opening => unreachable!("it never ends"),
        };
        assert_eq!(done.text(), "a hole in a field, 1 m deep, permit true", "{version}");
    }
}

#[tokio::test]
async fn a_task_does_not_begin_while_questions_wait() {
    let (service, _) = service();
    let client = taking(&service).await;
    let error = client.request(CALL, params("hasty", json!({}))).await.unwrap_err();
    assert_eq!(error.code().0, -32603);
    assert!(error.message().contains("await them first"), "{error}");
}

#[tokio::test]
async fn a_tool_that_is_not_declared_so_begins_no_task() {
    let (service, _) = service();
    for client in [taking(&service).await, service.client().await.unwrap()] {
        let error = client.request(CALL, params("unmarked", json!({}))).await.unwrap_err();
        assert!(error.message().contains("#[tool(task = \"later\")]"), "{error}");
    }
}

#[tokio::test]
async fn a_part_of_the_handler_may_begin_it() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "delegate_beginning", json!({})).await;
    let done = until(&client, &id, "completed").await;
    assert_eq!(text(&done["result"]), "begun elsewhere");
}
