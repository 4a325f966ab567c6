//! The tasks that clients of 2025-11-25 ask for.

use std::time::Duration;

use disco_sdk::client::Answers;
use disco_sdk::{Limits, Version};
use serde_json::{Value, json};

use super::fixture::looking;
use super::*;

const CORE: Version = Version::V2025_11_25;

fn check(name: &str, value: &Value) {
    Schema::of(CORE).check(name, value);
}

/// Calls a tool as a task.
async fn begin_core(client: &Client, tool: &str) -> String {
    let mut call = params(tool, json!({}));
    call["task"] = json!({});
    let created = client.request(CALL, call).await.expect("the call is answered");
    check("CreateTaskResult", &created);
    created["task"]["taskId"].as_str().unwrap_or_else(|| panic!("no task in {created}")).to_owned()
}

async fn of(client: &Client, method: &str, id: &str) -> disco_sdk::Result<Value> {
    client.request(method, json!({"taskId": id})).await
}

#[tokio::test]
async fn a_call_is_a_task_when_the_client_asks_for_it() {
    let (service, pit) = service();
    let client = client_in(&service, CORE).await;
    let mut call = params("dig", json!({"depth": 2}));
    call["task"] = json!({"ttl": 60_000});
    let created = client.request(CALL, call).await.unwrap();
    check("CreateTaskResult", &created);
    let task = &created["task"];
    assert_eq!(
        (&task["status"], &task["ttl"], &task["pollInterval"]),
        (&json!("working"), &json!(60_000), &json!(1000))
    );
    assert!(created.get("resultType").is_none() && task.get("ttlMs").is_none());

    let id = task["taskId"].as_str().unwrap();
    let shown = of(&client, "tasks/get", id).await.unwrap();
    check("GetTaskResult", &shown);
    assert_eq!((&shown["status"], &shown["createdAt"]), (&json!("working"), &task["createdAt"]));
    pit.reached().await;
    let (result, ()) = tokio::join!(of(&client, "tasks/result", id), async { pit.open() });
    let result = result.unwrap();
    check("GetTaskPayloadResult", &result);
    assert_eq!(text(&result), "a hole 2 m deep");
    let related = json!({"io.modelcontextprotocol/related-task": {"taskId": id}});
    assert_eq!(result["_meta"], related);
    let shown = of(&client, "tasks/get", id).await.unwrap();
    assert!(shown["status"] == "completed" && shown.get("result").is_none() && shown.get("_meta").is_none());
}

#[tokio::test]
async fn without_the_wish_the_same_tool_runs_where_it_is() {
    let (service, pit) = service();
    let client = client_in(&service, CORE).await;
    pit.open();
    assert_eq!(text(&client.request(CALL, params("dig", json!({}))).await.unwrap()), "a hole 1 m deep");
}

#[tokio::test]
async fn a_tool_says_whether_it_can_and_has_to_be_a_task() {
    let (service, _) = service();
    let client = client_in(&service, CORE).await;
    let tools = client.request("tools/list", json!({})).await.unwrap();
    check("ListToolsResult", &tools);
    let execution = |name: &str| {
        let tool = tools["tools"].as_array().unwrap().iter().find(|tool| tool["name"] == name);
        tool.unwrap().get("execution").cloned()
    };
    assert_eq!(execution("dig"), Some(json!({"taskSupport": "optional"})));
    assert_eq!(execution("dig_there"), Some(json!({"taskSupport": "optional"})));
    assert_eq!(execution("excavate"), Some(json!({"taskSupport": "required"})));
    assert_eq!(execution("look"), None);

    let error = client.request(CALL, params("excavate", json!({}))).await.unwrap_err();
    assert!(error.code().0 == -32601 && error.message().contains("send `task`"), "{error}");
    let wish = json!({"name": "look", "arguments": {}, "task": {}});
    assert_eq!(client.request(CALL, wish).await.unwrap_err().code().0, -32601);
    let wrong = json!({"name": "dig", "arguments": {}, "task": {"ttl": "soon"}});
    let error = client.request(CALL, wrong).await.unwrap_err();
    assert_eq!((error.code().0, &error.data()["pointer"]), (-32602, &json!("/params/task")));
}

#[tokio::test]
async fn the_capability_is_there_in_this_revision_only() {
    let (service, _) = service();
    let initialize = |version: Version| {
        let client = json!({"name": "test", "version": "1"});
        json!({"protocolVersion": version.as_str(), "capabilities": {}, "clientInfo": client})
    };
    for version in Version::ALL.into_iter().filter(|version| version.is_legacy()) {
        let client = client_in(&service, version).await;
        let opened = client.request("initialize", initialize(version)).await.unwrap();
        Schema::of(version).check("InitializeResult", &opened);
        let expected = json!({"list": {}, "cancel": {}, "requests": {"tools": {"call": {}}}});
        let tasks = opened["capabilities"].get("tasks");
        assert_eq!(tasks, (version == CORE).then_some(&expected), "{version}");
        assert!(opened["capabilities"].get("extensions").is_none());
        if version != CORE {
            for method in ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel", "tasks/update"] {
                assert_eq!(
                    of(&client, method, "t").await.unwrap_err().code().0,
                    -32601,
                    "{version} {method}"
                );
            }
        }
    }
    let without = looking().client_in(CORE).await.unwrap();
    assert_eq!(of(&without, "tasks/get", "t").await.unwrap_err().code().0, -32601);
    let wish = json!({"name": "look", "arguments": {}, "task": {}});
    assert_eq!(text(&without.request(CALL, wish).await.unwrap()), "a field");
}

#[tokio::test]
async fn to_cancel_gives_the_task_and_works_once() {
    let (service, pit) = service();
    let client = client_in(&service, CORE).await;
    let id = begin_core(&client, "dig").await;
    pit.reached().await;
    let cancelled = of(&client, "tasks/cancel", &id).await.unwrap();
    check("CancelTaskResult", &cancelled);
    assert_eq!((&cancelled["status"], &cancelled["taskId"]), (&json!("cancelled"), &json!(id)));
    pit.dropped().await;
    let error = of(&client, "tasks/cancel", &id).await.unwrap_err();
    assert!(error.code().0 == -32602 && error.message().contains("cancelled"), "{error}");
    let error = of(&client, "tasks/result", &id).await.unwrap_err();
    assert!(error.message().contains("was cancelled"), "{error}");
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
        assert_eq!(of(&client, method, "nobody knows it").await.unwrap_err().code().0, -32602, "{method}");
    }
    assert_eq!(of(&client, "tasks/update", &id).await.unwrap_err().code().0, -32601);
}

#[tokio::test]
async fn a_failed_result_is_a_failed_task_whose_result_is_given_all_the_same() {
    let (service, _) = service();
    let client = client_in(&service, CORE).await;
    let id = begin_core(&client, "collapse").await;
    let result = of(&client, "tasks/result", &id).await.unwrap();
    assert_eq!(result["isError"], true);
    let task = of(&client, "tasks/get", &id).await.unwrap();
    assert_eq!(task["status"], "failed");
    assert!(task["statusMessage"].as_str().unwrap().contains("the hole has collapsed"), "{task}");

    let id = begin_core(&client, "forbidden").await;
    let error = of(&client, "tasks/result", &id).await.unwrap_err();
    assert_eq!((error.code().0, error.message()), (-32602, "there is no digging here"));
    assert_eq!(error.data()["place"], "here");
}

#[tokio::test]
async fn what_a_task_asks_is_asked_on_the_stream_of_its_result() {
    let (service, _) = service();
    let answers = Answers::new(capabilities(), |question| {
        let task = &question.params["_meta"]["io.modelcontextprotocol/related-task"]["taskId"];
        assert!(task.is_string(), "{question:?}");
        let kind = &question.params["requestedSchema"]["properties"]["value"]["type"];
        Some(match (question.message(), kind.as_str().unwrap()) {
            ("How deep?", _) => accept(3),
            (_, "boolean") => accept(false),
            _ => accept("here"),
        })
    });
    let client = service.client_with(CORE, answers).await.unwrap();
    let id = begin_core(&client, "survey").await;
    while of(&client, "tasks/get", &id).await.unwrap()["status"] != "input_required" {
        tokio::task::yield_now().await;
    }
    let waiting = of(&client, "tasks/get", &id).await.unwrap();
    check("GetTaskResult", &waiting);
    assert!(waiting.get("inputRequests").is_none());
    let result = of(&client, "tasks/result", &id).await.unwrap();
    assert_eq!(text(&result), "here 3 false");
}

#[tokio::test]
async fn what_a_handler_says_meanwhile_is_said_there_too_with_its_task() {
    let (service, pit) = service();
    let client = client_in(&service, CORE).await;
    let mut call = params("dig", json!({}));
    (call["task"], call["_meta"]) = (json!({}), json!({"progressToken": "far"}));
    let created = client.request(CALL, call).await.unwrap();
    pit.reached().await;
    pit.open();
    let id = created["task"]["taskId"].as_str().unwrap();
    let said = client.request_and_listen("tasks/result", json!({"taskId": id})).await.unwrap().1;
    let methods: Vec<_> = said.iter().map(|said| said.method.as_str()).collect();
    assert_eq!(methods, ["notifications/progress", "notifications/message"]);
    for one in &said {
        assert_eq!(one.params["_meta"]["io.modelcontextprotocol/related-task"], json!({"taskId": id}));
    }
    assert_eq!(said[0].params["progressToken"], "far");
}

#[tokio::test]
async fn tasks_are_listed_in_pages_and_to_their_session_only() {
    let limits = Limits { page: 2, ..Limits::default() };
    let (service, pit) = service_with(|server| server.limits(limits));
    let client = client_in(&service, CORE).await;
    let stranger = client_in(&service, CORE).await;
    let foreign = begin_core(&stranger, "collapse").await;
    let mut mine = Vec::new();
    for _ in 0..2 {
        mine.push(begin_core(&client, "collapse").await);
    }
    mine.push(begin_core(&client, "dig").await);
    pit.reached().await;

    let first = client.request("tasks/list", json!({})).await.unwrap();
    check("ListTasksResult", &first);
    let second = client.request("tasks/list", json!({"cursor": first["nextCursor"]})).await.unwrap();
    check("ListTasksResult", &second);
    assert!(second.get("nextCursor").is_none());
    let tasks = [&first, &second].map(|page| page["tasks"].as_array().unwrap().clone()).concat();
    let listed: Vec<_> = tasks.iter().map(|task| task["taskId"].as_str().unwrap()).collect();
    assert_eq!(listed, mine);
    assert_eq!(
        (&tasks[2]["status"], &tasks[2]["statusMessage"]),
        (&json!("working"), &json!("half way down"))
    );

    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
        assert_eq!(of(&client, method, &foreign).await.unwrap_err().code().0, -32602, "{method}");
    }
    let modern = taking(&service).await;
    assert_eq!(modern.request("tasks/get", json!({"taskId": foreign})).await.unwrap_err().code().0, -32602);
    let error = client.request("tasks/list", json!({"cursor": "?"})).await.unwrap_err();
    assert_eq!((error.code().0, &error.data()["pointer"]), (-32602, &json!("/params/cursor")));
}

#[tokio::test(start_paused = true)]
async fn a_task_lives_no_longer_than_was_asked_for_or_is_allowed() {
    let limits = Limits { task_ttl: Duration::from_mins(1), ..Limits::default() };
    let (service, pit) = service_with(|server| server.limits(limits));
    let client = client_in(&service, CORE).await;
    let begin = async |ttl: u64| {
        let mut call = params("dig", json!({}));
        call["task"] = json!({"ttl": ttl});
        client.request(CALL, call).await.unwrap()["task"].clone()
    };
    assert_eq!(begin(3_600_000).await["ttl"], 60_000);
    let short = begin(5000).await;
    assert_eq!(short["ttl"], 5000);
    tokio::time::sleep(Duration::from_secs(6)).await;
    pit.dropped().await;
    assert_eq!(
        of(&client, "tasks/get", short["taskId"].as_str().unwrap()).await.unwrap_err().code().0,
        -32602
    );
}
