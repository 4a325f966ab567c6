//! Changes: subscriptions of the modern era, and the streams of the old.

use std::time::Duration;

use disco_sdk::Version;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::support::{Events, Process, TestServer, call, code, initialize, modern, modern_call, request};

fn listen(id: impl Into<Value>, notifications: Value) -> Value {
    modern(id, "subscriptions/listen", json!({"notifications": notifications}))
}

fn touch(id: impl Into<Value>, uri: &str) -> Value {
    modern_call(id, "touch", json!({"uri": uri}))
}

/// Takes the message apart into its method and the subscription it belongs to.
fn told(message: &Value) -> (&str, &Value) {
    let subscription = &message["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"];
    (message["method"].as_str().unwrap_or_default(), subscription)
}

#[tokio::test]
async fn a_subscription_hears_what_it_asked_for_and_ends_with_a_result() {
    let mut server = TestServer::start().await;
    let wanted = json!({"toolsListChanged": true, "resourceSubscriptions": ["note://1", "nowhere://1"]});
    let mut events = Events::of(server.send(server.modern(&listen("sub", wanted))).await);
    let first = events.message().await.unwrap();
    assert_eq!(told(&first), ("notifications/subscriptions/acknowledged", &json!("sub")));
    let honoured = json!({"toolsListChanged": true, "resourceSubscriptions": ["note://1"]});
    assert_eq!(first["params"]["notifications"], honoured);

    for uri in ["note://2", "note://1"] {
        server.json(server.modern(&touch(1, uri))).await;
    }
    let updated = events.message().await.unwrap();
    assert_eq!(told(&updated), ("notifications/resources/updated", &json!("sub")));
    assert_eq!(updated["params"]["uri"], "note://1");

    server.json(server.modern(&modern_call(2, "touch", json!({})))).await;
    let changed = events.message().await.unwrap();
    assert_eq!(told(&changed), ("notifications/tools/list_changed", &json!("sub")));

    server.stop.now();
    let end = events.message().await.unwrap();
    assert_eq!(end["id"], "sub");
    assert_eq!(end["result"]["resultType"], "complete");
    assert_eq!(end["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "sub");
    assert_eq!(events.next().await, None);
    timeout(Duration::from_secs(30), &mut server.task).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_subscription_ends_when_its_stream_is_closed() {
    let limits = disco_sdk::Limits { replay: Duration::ZERO, ..disco_sdk::Limits::default() };
    let server = TestServer::start_with(|server| server.limits(limits)).await;
    let mut events = Events::of(server.send(server.modern(&listen(1, json!({})))).await);
    assert_eq!(events.message().await.unwrap()["params"]["notifications"], json!({}));
    let session = server.open_session(Version::V2025_11_25).await;
    let get = server.client.get(server.url("/mcp")).header("mcp-session-id", session);
    let old = Events::of(server.send(get.header(ACCEPT, "text/event-stream")).await);
    assert_eq!(server.notifier.listeners(), 2);
    drop((events, old));
    let gone = async {
        while server.notifier.listeners() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), gone).await.unwrap();
}

#[tokio::test]
async fn a_subscription_that_cannot_be_served_is_refused_in_words() {
    let server = TestServer::start_with(|server| {
        server.limits(disco_sdk::Limits { subscriptions: 1, streams: 1, ..disco_sdk::Limits::default() })
    })
    .await;
    let mut deaf = server.modern(&listen(1, json!({}))).build().unwrap();
    deaf.headers_mut().insert(ACCEPT, "application/json".parse().unwrap());
    assert_eq!(server.client.execute(deaf).await.unwrap().status(), 406);

    let many = listen(1, json!({"resourceSubscriptions": ["note://1", "note://2"]}));
    let refused = server.json(server.modern(&many)).await;
    assert_eq!(code(&refused), -32602);
    assert_eq!(refused["error"]["data"]["pointer"], "/params/notifications/resourceSubscriptions");

    for wrong in
        [json!({}), json!({"notifications": 1}), json!({"notifications": {"toolsListChanged": "yes"}})]
    {
        let refused = server.json(server.modern(&modern(1, "subscriptions/listen", wrong))).await;
        assert_eq!(code(&refused), -32602, "{refused}");
    }

    let _open = Events::of(server.send(server.modern(&listen(1, json!({})))).await);
    assert_eq!(server.send(server.modern(&listen(2, json!({})))).await.status(), 503);
}

#[tokio::test]
async fn subscriptions_on_one_pipe_are_told_apart_cancelled_and_ended() {
    let mut process = Process::start();
    for id in [json!("a"), json!(2)] {
        let first = process.ask(&listen(id.clone(), json!({"resourceSubscriptions": ["note://1"]}))).await;
        assert_eq!(told(&first), ("notifications/subscriptions/acknowledged", &id));
    }
    process.send(&touch(3, "note://1")).await;
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(process.message().await);
    }
    for id in [json!("a"), json!(2)] {
        let told_to =
            heard.iter().filter(|message| told(message) == ("notifications/resources/updated", &id));
        assert_eq!(told_to.count(), 1, "{heard:?}");
    }

    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "a"}});
    process.send(&cancelled).await;
    drop(process.input.take());
    let farewell = process.message().await;
    assert_eq!(told(&farewell), ("notifications/cancelled", &json!(2)));
    assert_eq!(farewell["params"]["requestId"], 2);
    let end = process.message().await;
    assert_eq!((&end["id"], &end["result"]["resultType"]), (&json!(2), &json!("complete")));
    assert_eq!(process.line().await, None);
    assert_eq!(process.finish().await.0, Some(0));
}

#[tokio::test]
async fn a_session_hears_of_the_resources_that_it_subscribed_to() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_06_18).await;
    let ask = |method: &str, uri: &str| {
        server.json(server.in_session(&session, &request(1, method, json!({"uri": uri}))))
    };
    assert_eq!(ask("resources/subscribe", "note://1").await["result"], json!({}));
    assert_eq!(ask("resources/subscribe", "config://server").await["result"], json!({}));
    assert_eq!(ask("resources/unsubscribe", "config://server").await["result"], json!({}));
    assert_eq!(code(&ask("resources/subscribe", "nowhere://1").await), -32002);

    let get = server.client.get(server.url("/mcp")).header("mcp-session-id", &session);
    let mut events = Events::of(server.send(get.header(ACCEPT, "text/event-stream")).await);
    for uri in ["config://server", "note://1"] {
        server.json(server.modern(&touch(1, uri))).await;
    }
    let updated = events.message().await.unwrap();
    assert_eq!(updated["method"], "notifications/resources/updated");
    assert_eq!(updated["params"], json!({"uri": "note://1"}));
    server.json(server.modern(&modern_call(2, "touch", json!({})))).await;
    for list in ["tools", "prompts", "resources"] {
        let changed = events.message().await.unwrap();
        assert_eq!(changed["method"], format!("notifications/{list}/list_changed"));
    }
    server.stop.now();
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn without_a_session_nothing_can_be_remembered() {
    let server = TestServer::start().await;
    let subscribe = request(1, "resources/subscribe", json!({"uri": "note://1"}));
    let refused = server.send(server.post(subscribe.to_string())).await;
    assert_eq!(refused.status(), 400);
    let refused: Value = refused.json().await.unwrap();
    assert!(refused["error"]["message"].as_str().unwrap().contains("no session"), "{refused}");
}

#[tokio::test]
async fn an_old_client_on_a_pipe_hears_of_changes_once_it_has_initialized() {
    let mut process = Process::start();
    // A modern request of another peer's making; nobody has opened a session yet.
    assert_eq!(process.ask(&modern_call(0, "touch", json!({}))).await["id"], 0);
    let opened = process.ask(&initialize(Version::V2024_11_05)).await;
    let capabilities = &opened["result"]["capabilities"];
    assert_eq!(capabilities["resources"], json!({"listChanged": true, "subscribe": true}));
    let subscribed = process.ask(&request(1, "resources/subscribe", json!({"uri": "note://1"}))).await;
    assert_eq!(subscribed["result"], json!({}));
    process.send(&call(2, "touch", json!({"uri": "note://1"}))).await;
    let mut heard = [process.message().await, process.message().await];
    heard.sort_by_key(|message| message["method"].is_null());
    assert_eq!(heard[0]["method"], "notifications/resources/updated");
    assert_eq!(heard[1]["id"], 2);
    process.finish().await;
}
