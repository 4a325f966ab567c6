//! The extension of 2026-07-28: how a task begins, stands and ends.

use std::collections::{BTreeSet, HashSet};

use disco_sdk::Version;
use disco_sdk::client::Answers;
use serde_json::{Value, json};

use super::fixture::{by_hand, looking};
use super::*;

#[tokio::test]
async fn a_call_is_a_task_at_once_and_its_result_is_found_in_it() {
    let (service, pit) = service();
    let client = taking(&service).await;
    let created = client.request(CALL, params("dig", json!({"depth": 3}))).await.unwrap();
    Schema::of_tasks().check("CreateTaskResult", &created);
    assert_eq!(created["resultType"], "task");
    assert_eq!(created["status"], "working");
    assert_eq!(created["ttlMs"], 3_600_000);
    assert_eq!(created["pollIntervalMs"], 1000);
    assert!(created["_meta"]["io.modelcontextprotocol/serverInfo"].is_object());
    for foreign in ["task", "result", "error", "inputRequests", "requestState", "ttl", "pollInterval"] {
        assert!(created.get(foreign).is_none(), "{foreign} in {created}");
    }

    let id = created["taskId"].as_str().unwrap();
    assert_eq!(get(&client, id).await["status"], "working");
    pit.reached().await;
    pit.open();
    let done = until(&client, id, "completed").await;
    assert_eq!(text(&done["result"]), "a hole 3 m deep");
    assert!(done["result"]["_meta"].get("io.modelcontextprotocol/related-task").is_none());
    assert!(done["lastUpdatedAt"].as_str() >= done["createdAt"].as_str());
    assert_eq!(done["createdAt"], created["createdAt"]);
}

#[tokio::test]
async fn progress_is_the_words_on_how_a_task_stands() {
    let (service, pit) = service();
    let client = taking(&service).await;
    let id = begin(&client, "dig", json!({})).await;
    pit.reached().await;
    assert_eq!(get(&client, &id).await["statusMessage"], "half way down");
    pit.open();
    assert!(until(&client, &id, "completed").await.get("statusMessage").is_none());
}

#[tokio::test]
async fn for_a_client_without_the_extension_the_same_tool_runs_where_it_is() {
    for version in Version::ALL {
        let (service, pit) = service();
        let client = service.client_in(version).await.unwrap();
        pit.open();
        let (result, said) = client.call_and_listen("dig", json!({})).await.unwrap();
        assert_eq!(result.text(), "a hole 1 m deep", "{version}");
        assert!(said.iter().any(|said| said.method == "notifications/progress"), "{version}");
    }
}

#[tokio::test]
async fn a_tool_that_is_only_a_task_refuses_clients_that_take_none() {
    let (service, _) = service();
    let client = service.client().await.unwrap();
    let error = client.call("excavate", json!({})).await.unwrap_err();
    assert_eq!(error.code().0, -32021);
    let required = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    assert_eq!(error.data()["requiredCapabilities"], required);
    assert!(error.message().contains("excavate"), "{error}");

    for version in [Version::V2024_11_05, Version::V2025_03_26, Version::V2025_06_18] {
        let client = service.client_in(version).await.unwrap();
        let refused = client.call("excavate", json!({})).await.unwrap();
        assert!(
            refused.is_error && refused.text().contains("this client knows no tasks"),
            "{version} {refused:?}"
        );
    }
}

#[tokio::test]
async fn failures_of_tools_are_results_and_those_of_the_protocol_errors() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "collapse", json!({})).await;
    let done = until(&client, &id, "completed").await;
    assert_eq!(done["result"]["isError"], true);
    assert!(text(&done["result"]).contains("COLLAPSED") && done.get("error").is_none());

    let id = begin(&client, "forbidden", json!({})).await;
    let done = until(&client, &id, "failed").await;
    let expected = json!({"code": -32602, "message": "there is no digging here", "data": {"place": "here"}});
    assert_eq!((&done["error"], done.get("result")), (&expected, None));
    assert_eq!(done["statusMessage"], "there is no digging here");

    let id = begin(&client, "panic", json!({})).await;
    let done = until(&client, &id, "completed").await;
    assert!(text(&done["result"]).contains("incident"), "{done}");
}

#[tokio::test]
async fn to_cancel_a_task_drops_its_handler_and_may_be_done_again() {
    let (service, pit) = service();
    let client = taking(&service).await;
    let id = begin(&client, "dig", json!({})).await;
    pit.reached().await;
    for _ in 0..2 {
        let ack = client.request("tasks/cancel", json!({"taskId": id})).await.unwrap();
        Schema::of_tasks().check("CancelTaskResult", &ack);
        let members: BTreeSet<_> = ack.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, BTreeSet::from(["_meta", "resultType"]));
    }
    pit.dropped().await;
    let task = get(&client, &id).await;
    assert_eq!(
        (&task["status"], &task["statusMessage"]),
        (&json!("cancelled"), &json!("the client has cancelled it"))
    );

    let id = begin(&client, "collapse", json!({})).await;
    until(&client, &id, "completed").await;
    client.request("tasks/cancel", json!({"taskId": id})).await.unwrap();
    assert_eq!(get(&client, &id).await["status"], "completed");
}

#[tokio::test]
async fn what_is_no_task_is_refused_by_every_method() {
    let (service, _) = service();
    let client = taking(&service).await;
    for (method, more) in [
        ("tasks/get", json!({})),
        ("tasks/cancel", json!({})),
        ("tasks/update", json!({"inputResponses": {}})),
    ] {
        let mut unknown = more.clone();
        unknown["taskId"] = json!("nobody knows it");
        let error = client.request(method, unknown).await.unwrap_err();
        assert_eq!(
            (error.code().0, &error.data()["pointer"]),
            (-32602, &json!("/params/taskId")),
            "{method}"
        );
        for wrong in [Value::Null, json!(1), json!([])] {
            let mut params = more.clone();
            params["taskId"] = wrong;
            let error = client.request(method, params).await.unwrap_err();
            assert_eq!(error.code().0, -32602, "{method}: {error}");
            assert!(error.message().starts_with("/params/taskId: "), "{method}: {error}");
        }
        assert_eq!(client.request(method, more).await.unwrap_err().code().0, -32602, "{method}");
    }
    for wrong in [json!({}), json!({"inputResponses": null}), json!({"inputResponses": []})] {
        let mut params = wrong;
        params["taskId"] = json!("any");
        assert_eq!(client.request("tasks/update", params).await.unwrap_err().code().0, -32602);
    }
}

#[tokio::test]
async fn every_request_has_to_declare_the_extension() {
    let (service, _) = service();
    let id = begin(&taking(&service).await, "dig", json!({})).await;
    let other = service.client().await.unwrap();
    for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
        let error = other.request(method, json!({"taskId": id, "inputResponses": {}})).await.unwrap_err();
        assert_eq!(error.code().0, -32021, "{method}");
        let required = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
        assert_eq!(error.data()["requiredCapabilities"], required);
    }
}

#[tokio::test]
async fn what_the_older_revision_had_is_not_there() {
    let (service, _) = service();
    let client = taking(&service).await;
    for method in ["tasks/list", "tasks/result"] {
        let error = client.request(method, json!({"taskId": "t"})).await.unwrap_err();
        assert_eq!(error.code().0, -32601, "{method}");
    }
    let hint = json!({"name": "look", "arguments": {}, "task": {"ttl": "soon"}});
    assert_eq!(text(&client.request(CALL, hint).await.unwrap()), "a field");
}

#[tokio::test]
async fn a_server_says_whether_it_has_tasks() {
    let (service, _) = service();
    let capabilities = |discovered: Value| discovered["capabilities"].clone();
    let here =
        capabilities(service.client().await.unwrap().request("server/discover", json!({})).await.unwrap());
    assert_eq!(here["extensions"], json!({"io.modelcontextprotocol/tasks": {}}));
    assert!(here.get("tasks").is_none());
    let tools = service.client().await.unwrap().request("tools/list", json!({})).await.unwrap();
    assert!(tools["tools"].as_array().unwrap().iter().all(|tool| tool.get("execution").is_none()));

    let without = looking().build().unwrap();
    let client = taking(&without).await;
    let there = capabilities(client.request("server/discover", json!({})).await.unwrap());
    assert!(there.get("extensions").is_none());
    assert_eq!(client.request("tasks/get", json!({"taskId": "t"})).await.unwrap_err().code().0, -32601);
}

#[tokio::test]
async fn names_of_tasks_cannot_be_guessed() {
    let (service, _) = service();
    let client = taking(&service).await;
    let mut seen = HashSet::new();
    for _ in 0..50 {
        let id = begin(&client, "collapse", json!({})).await;
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        seen.insert(id);
    }
    assert_eq!(seen.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn the_client_of_this_crate_follows_a_task_to_its_end() {
    let (service, pit) = service_with(|server| server.with(by_hand()));
    let answers = Answers::new(capabilities(), |question| match question.message() {
        "Where?" if question.params["requestedSchema"]["properties"]["value"]["type"] == "boolean" => {
            Some(accept(true))
        }
        "Where?" => Some(accept("here")),
        _ => Some(accept(2)),
    });
    let client = service.client_with(Version::LATEST, answers).await.unwrap();
    pit.open();
    assert_eq!(client.call("dig", json!({})).await.unwrap().text(), "a hole 1 m deep");
    assert_eq!(client.call("survey", json!({})).await.unwrap().text(), "here 2 true");
    assert_eq!(client.call("by_hand", json!({})).await.unwrap().text(), "by hand");
    assert_eq!(client.call("forbidden", json!({})).await.unwrap_err().data()["place"], "here");
}
