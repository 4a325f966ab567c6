//! Tasks over HTTP and standard streams.

use disco_sdk::{Caller, Version};
use serde_json::{Value, json};
use tokio::process::Command;

use super::*;
use crate::support::{Events, Process, TestServer, code, initialize, modern, modern_call, program, request};

fn with_tasks(mut message: Value) -> Value {
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities();
    message
}

#[tokio::test]
async fn over_http_a_task_is_plain_json_and_its_name_stands_in_a_header() {
    let server = TestServer::serve(digging()).await;
    let response = server.send(server.modern(&with_tasks(modern_call(1, "survey", json!({}))))).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    let created: Value = response.json().await.unwrap();
    let id = created["result"]["taskId"].as_str().unwrap();
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let message = with_tasks(modern(2, method, json!({"taskId": id, "inputResponses": {}})));
        let mut foreign = server.modern(&message).build().unwrap();
        foreign.headers_mut().insert("mcp-name", "another".parse().unwrap());
        let mut without = server.modern(&message).build().unwrap();
        without.headers_mut().remove("mcp-name");
        for wrong in [foreign, without] {
            let response = server.client.execute(wrong).await.unwrap();
            assert_eq!(response.status(), 400, "{method}");
            assert_eq!(code(&response.json().await.unwrap()), -32020, "{method}");
        }
        let done = server.json(server.modern(&message)).await;
        assert_eq!(done["result"]["resultType"], "complete", "{method}");
    }
    let refused = server.send(server.modern(&modern_call(3, "excavate", json!({})))).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(code(&refused.json().await.unwrap()), -32021);
    let gone = server.send(server.modern(&with_tasks(modern(4, "tasks/list", json!({}))))).await;
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn over_http_a_session_gets_the_questions_on_the_stream_of_the_result() {
    let server = TestServer::serve(digging()).await;
    let mut hello = initialize(Version::V2025_11_25);
    hello["params"]["capabilities"] = json!({"elicitation": {}});
    let opened = server.send(server.post(hello.to_string())).await;
    let session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    let call = request(1, CALL, json!({"name": "delegate", "arguments": {}, "task": {}}));
    let created = server.json(server.in_session(&session, &call)).await;
    let id = &created["result"]["task"]["taskId"];
    let result = request(2, "tasks/result", json!({"taskId": id}));

    let mut first = Events::of(server.send(server.in_session(&session, &result)).await);
    let asked = first.message().await.unwrap();
    assert_eq!(
        (&asked["method"], &asked["params"]["message"]),
        (&json!("elicitation/create"), &json!("Who?"))
    );
    let related = json!({"io.modelcontextprotocol/related-task": {"taskId": id}});
    assert_eq!(asked["params"]["_meta"], related);
    Schema::of(Version::V2025_11_25).check("ElicitRequest", &asked);

    // Another stream asks as well, and whichever is answered first counts.
    let mut second = Events::of(
        server.send(server.in_session(&session, &request(3, "tasks/result", json!({"taskId": id})))).await,
    );
    let again = second.message().await.unwrap();
    assert_ne!(again["id"], asked["id"]);
    let answer = json!({"jsonrpc": "2.0", "id": again["id"], "result": accept("me")});
    assert_eq!(server.send(server.in_session(&session, &answer)).await.status(), 202);
    assert_eq!(text(&second.message().await.unwrap()["result"]), "me");
    let withdrawn = first.message().await.unwrap();
    assert_eq!(withdrawn["method"], "notifications/cancelled");
    assert_eq!(withdrawn["params"]["requestId"], asked["id"]);
    assert_eq!(text(&first.message().await.unwrap()["result"]), "me");
}

#[tokio::test]
async fn a_task_is_there_for_the_caller_that_has_begun_it_and_for_nobody_else() {
    let server = digging().caller(|parts| Caller::new("tests", parts.bearer().unwrap_or("somebody")));
    let server = TestServer::serve(server).await;
    let send =
        |name: &str, message: Value| server.json(server.modern(&with_tasks(message)).bearer_auth(name));
    let created = send("ada", modern_call(1, "survey", json!({}))).await;
    let id = &created["result"]["taskId"];
    assert!(id.is_string(), "{created}");
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let ask = |id: &Value| modern(2, method, json!({"taskId": id, "inputResponses": {}}));
        let foreign = send("eve", ask(id)).await;
        let unknown = send("eve", ask(&json!("nobody knows it"))).await;
        assert_eq!(foreign["error"]["code"], -32602, "{method}");
        assert_eq!(foreign, unknown, "{method}");
        assert_eq!(send("ada", ask(id)).await["result"]["resultType"], "complete", "{method}");
    }
    let wanted = json!({"notifications": {"taskIds": [id]}});
    let listen = with_tasks(modern("sub", "subscriptions/listen", wanted));
    let mut events = Events::of(server.send(server.modern(&listen).bearer_auth("eve")).await);
    assert_eq!(events.message().await.unwrap()["params"]["notifications"], json!({}));
}

#[tokio::test]
async fn without_a_session_nothing_can_be_kept() {
    let server = TestServer::serve(digging()).await;
    let version = Version::V2025_11_25.as_str();
    let send = |message: Value| {
        server.json(server.post(message.to_string()).header("mcp-protocol-version", version))
    };
    let refused = send(request(1, CALL, json!({"name": "dig", "arguments": {}, "task": {}}))).await;
    assert_eq!(code(&refused), -32600);
    assert!(refused["error"]["message"].as_str().unwrap().contains("no session"), "{refused}");
    assert_eq!(send(request(2, "tasks/list", json!({}))).await["result"]["tasks"], json!([]));
}

#[tokio::test]
async fn on_a_pipe_tasks_of_both_eras_live_side_by_side() {
    let everything = program("disco-examples", "everything");
    let mut process = Process::run(&mut Command::new(everything));
    let arguments = json!({"filename": "a.txt"});
    let created = process.ask(&with_tasks(modern_call(1, "confirm_delete", arguments))).await;
    let id = created["result"]["taskId"].clone();
    let get = with_tasks(modern(2, "tasks/get", json!({"taskId": id})));
    let mut task = process.ask(&get).await["result"].clone();
    while task["status"] == "working" {
        task = process.ask(&get).await["result"].clone();
    }
    let answer = json!({"action": "accept", "content": {"confirm": true}});
    let answers = json!({(asking(&task, "Delete a.txt?")): answer});
    process
        .ask(&with_tasks(modern(3, "tasks/update", json!({"taskId": id, "inputResponses": answers}))))
        .await;
    while task["status"] != "completed" {
        task = process.ask(&get).await["result"].clone();
    }
    assert_eq!(text(&task["result"]), "a.txt was deleted");

    process.ask(&initialize(Version::V2025_11_25)).await;
    let call = json!({"name": "slow_compute", "arguments": {"seconds": 0, "label": "it"}, "task": {}});
    process.send(&request(4, CALL, call)).await;
    let mut seen = Vec::new();
    let id = loop {
        let message = process.message().await;
        if message["id"] == 4 {
            break message["result"]["task"]["taskId"].clone();
        }
        seen.push(message);
    };
    process.send(&request(5, "tasks/result", json!({"taskId": id}))).await;
    loop {
        let message = process.message().await;
        if message["id"] == 5 {
            break assert_eq!(text(&message["result"]), "it was computed in 0 s");
        }
        seen.push(message);
    }
    if seen.is_empty() {
        seen.push(process.message().await);
    }
    assert!(seen.iter().any(|said| said["method"] == "notifications/tasks/status"), "{seen:?}");
    assert_eq!(process.finish().await.0, Some(0));
}
