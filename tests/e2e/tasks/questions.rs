//! What a task asks.

use std::collections::HashSet;

use disco_sdk::client::Answers;
use disco_sdk::{Limits, Version};
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn questions_wait_in_the_task_and_may_be_answered_one_by_one() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "survey", json!({})).await;
    let task = until(&client, &id, "input_required").await;
    let (place, depth) = (asking(&task, "Where?"), asking(&task, "How deep?"));
    assert_eq!(task["inputRequests"].as_object().unwrap().len(), 2);
    assert_eq!(task["inputRequests"][&place]["method"], "elicitation/create");

    let ack = update(&client, &id, json!({(&place): accept("here"), "nobody asked": 1})).await.unwrap();
    assert_eq!(ack["resultType"], "complete");
    for envelope in ["taskId", "status", "result", "error", "inputRequests"] {
        assert!(ack.get(envelope).is_none());
    }
    let task = get(&client, &id).await;
    assert_eq!(task["status"], "input_required");
    let open: Vec<_> = task["inputRequests"].as_object().unwrap().keys().collect();
    assert_eq!(open, [&depth]);
    // What was answered once is not taken again.
    update(&client, &id, json!({(&place): accept("there")})).await.unwrap();

    update(&client, &id, json!({(&depth): accept(2)})).await.unwrap();
    let task = until(&client, &id, "input_required").await;
    let sure = asking(&task, "Where?");
    assert!(sure != place && sure != depth, "a name was given again: {sure}");
    update(&client, &id, json!({(sure): accept(true)})).await.unwrap();
    assert_eq!(text(&until(&client, &id, "completed").await["result"]), "here 2 true");
    update(&client, &id, json!({(place): accept("late")})).await.unwrap();
}

#[tokio::test]
async fn a_name_is_never_given_twice_in_the_life_of_a_task() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "survey", json!({})).await;
    let mut seen = HashSet::new();
    // What does not fit is asked for again, by another name.
    for tries in 0..3 {
        let (name, message) = loop {
            let task = until(&client, &id, "input_required").await;
            let requests = task["inputRequests"].as_object().unwrap();
            let message = |request: &Value| request["params"]["message"].as_str().unwrap().to_owned();
            let mut open = requests.iter().map(|(name, request)| (name.clone(), message(request)));
            if let Some(found) =
                open.find(|(name, message)| message.starts_with("How deep?") && !seen.contains(name))
            {
                break found;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(message.contains("did not fit"), tries > 0, "{message}");
        update(&client, &id, json!({(&name): accept("very")})).await.unwrap();
        seen.insert(name);
    }
    let done = until(&client, &id, "completed").await;
    assert!(done["result"]["isError"] == true && text(&done["result"]).contains("INVALID_ANSWER"), "{done}");
}

#[tokio::test]
async fn what_is_no_answer_is_refused_with_its_place_and_nothing_is_taken() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "survey", json!({})).await;
    let task = until(&client, &id, "input_required").await;
    let (place, depth) = (asking(&task, "Where?"), asking(&task, "How deep?"));
    for wrong in [json!(12345), json!({"action": "maybe"}), Value::Null] {
        let error =
            update(&client, &id, json!({(&place): accept("here"), (&depth): wrong})).await.unwrap_err();
        assert_eq!(error.code().0, -32602);
        assert_eq!(error.data()["pointer"], format!("/params/inputResponses/{depth}"));
    }
    assert_eq!(get(&client, &id).await["inputRequests"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_no_ends_the_call_as_it_does_elsewhere() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "survey", json!({})).await;
    let task = until(&client, &id, "input_required").await;
    update(&client, &id, json!({(asking(&task, "Where?")): {"action": "decline"}})).await.unwrap();
    let done = until(&client, &id, "completed").await;
    assert!(text(&done["result"]).contains("DECLINED") && done.get("inputRequests").is_none(), "{done}");
}

#[tokio::test]
async fn the_model_and_the_roots_are_asked_too() {
    let (service, _) = service();
    let answers = Answers::new(capabilities(), |question| {
        Some(match question.method.as_str() {
            "sampling/createMessage" => {
                let content = json!({"type": "text", "text": "Paris"});
                json!({"role": "assistant", "model": "m", "content": content})
            }
            "roots/list" => json!({"roots": [{"uri": "file:///a"}, {"uri": "file:///b"}]}),
            _ => {
                assert!(question.key.as_ref().unwrap().starts_with("person/name"));
                json!({"action": "cancel"})
            }
        })
    });
    tokio::time::pause();
    let client = service.client_with(Version::LATEST, answers).await.unwrap();
    assert_eq!(client.call("interview", json!({})).await.unwrap().text(), "Paris 2 None");
}

#[tokio::test]
async fn a_client_that_cannot_be_asked_fails_the_call_before_anything_is_asked() {
    let (service, _) = service();
    let only_tasks = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    let answers = Answers::new(only_tasks, |_| None);
    let client = service.client_with(Version::LATEST, answers).await.unwrap();
    let id = begin(&client, "survey", json!({})).await;
    let done = until(&client, &id, "failed").await;
    assert_eq!(done["error"]["code"], -32021);
    assert_eq!(done["error"]["data"]["requiredCapabilities"], json!({"elicitation": {"form": {}}}));
}

#[tokio::test(start_paused = true)]
async fn a_question_of_a_task_has_its_time() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "patient", json!({"seconds": 60})).await;
    let task = until(&client, &id, "input_required").await;
    tokio::time::sleep(std::time::Duration::from_secs(61)).await;
    let done = until(&client, &id, "completed").await;
    assert!(text(&done["result"]).contains("NO_ANSWER"), "{done}");
    update(&client, &id, json!({(asking(&task, "Well?")): accept("late")})).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_tool_does_not_run_while_its_task_asks() {
    let (service, pit) = service();
    let client = taking(&service).await;
    let id = begin(&client, "hurry", json!({})).await;
    tokio::time::sleep(std::time::Duration::from_mins(1)).await;
    let task = until(&client, &id, "input_required").await;
    update(&client, &id, json!({(asking(&task, "Where?")): accept("here")})).await.unwrap();
    pit.reached().await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    pit.dropped().await;
    let done = until(&client, &id, "completed").await;
    assert!(text(&done["result"]).contains("TIMED_OUT"), "{done}");
}

#[tokio::test]
async fn a_task_that_the_handler_has_spawned_asks_too() {
    let (service, _) = service();
    let client = taking(&service).await;
    let id = begin(&client, "delegate", json!({})).await;
    let task = until(&client, &id, "input_required").await;
    update(&client, &id, json!({(asking(&task, "Who?")): accept("me")})).await.unwrap();
    assert_eq!(text(&until(&client, &id, "completed").await["result"]), "me");
}

#[tokio::test]
async fn a_task_may_ask_only_so_much_at_once() {
    let limits = Limits { questions: 1, ..Limits::default() };
    let (service, _) = service_with(|server| server.limits(limits));
    let client = taking(&service).await;
    let id = begin(&client, "survey", json!({})).await;
    let done = until(&client, &id, "failed").await;
    assert!(done["error"]["message"].as_str().unwrap().contains("ask fewer at once"), "{done}");
}
