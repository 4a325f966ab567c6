//! Time limits: of the server, of one tool, and only while nobody is asked.

use std::sync::Arc;
use std::time::Duration;

use disco_sdk::client::Answers;
use disco_sdk::prelude::*;
use disco_sdk::transport::{Accepted, Conversation, Event, Wire};
use disco_sdk::{Limits, Version};
use disco_tests::{Dropped, Gate, fixture};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::support::{TestServer, call, initialize, modern_call};

/// Sleeps.
#[tool(timeout = Duration::from_mins(1))]
async fn long(seconds: u64) -> &'static str {
    sleep(Duration::from_secs(seconds)).await;
    "slept"
}

/// Sleeps, and no limit of its own is said.
#[tool]
async fn short(seconds: u64) -> &'static str {
    sleep(Duration::from_secs(seconds)).await;
    "slept"
}

/// Sleeps.
#[resource("slow://page")]
async fn slow() -> &'static str {
    sleep(Duration::from_secs(10)).await;
    "slept"
}

/// Works, asks, and works again.
#[tool(timeout = Duration::from_secs(5))]
async fn ask_between(ctx: Context, before: u64, after: u64) -> Result<String> {
    sleep(Duration::from_secs(before)).await;
    let answer = ctx.ask::<bool>("Go on?").await?;
    sleep(Duration::from_secs(after)).await;
    Ok(format!("went on: {answer}"))
}

fn server() -> Server {
    let limits = Limits { answer: Duration::from_hours(100), ..Limits::default() };
    Server::new("slow", "1")
        .timeout(Duration::from_secs(2))
        .limits(limits)
        .with(tools![long, short, ask_between])
        .with(resources![slow])
}

#[tokio::test(start_paused = true)]
async fn a_tool_has_its_own_time_or_else_the_servers_and_the_model_is_told() {
    for version in Version::ALL {
        let client = server().client_in(version).await.unwrap();
        let start = Instant::now();
        let error = short::call(&client, 3).await.unwrap_err();
        assert_eq!(error.failure().and_then(Error::name), Some("TIMED_OUT"));
        assert!(error.to_string().contains("2s"), "{error}");
        assert_eq!(start.elapsed().as_secs(), 2);
        assert_eq!(short::call(&client, 1).await.unwrap(), "slept");
        assert_eq!(long::call(&client, 59).await.unwrap(), "slept");
        assert!(long::call(&client, 61).await.unwrap_err().failure().is_some());
        let error = client.read("slow://page").await.unwrap_err();
        assert_eq!((error.code().0, error.data()["code"].as_str()), (-32603, Some("TIMED_OUT")));
    }
}

async fn accept(conversation: &dyn Conversation, message: &Value) -> Accepted {
    let message = message.to_string();
    std::future::poll_fn(|cx| std::task::Poll::Ready(conversation.accept(message.as_bytes(), cx))).await
}

/// The answer of a call whose question is answered after an hour; `after` is how long it goes on then.
async fn answered_after_an_hour(after: u64) -> String {
    let service = server().build().unwrap();
    let peer = service.endpoint().connect(Wire::Stdio, Caller::anonymous());
    let mut opening = initialize(Version::V2025_11_25);
    opening["params"]["capabilities"] = json!({"elicitation": {}});
    accept(&*peer, &opening).await;
    let ask = call(1, "ask_between", json!({"before": 4, "after": after}));
    let Accepted::Running(mut running) = accept(&*peer, &ask).await else {
        panic!("it sleeps before it asks");
    };
    let Event::Speak(question) = running.next().await else {
        panic!("it asks");
    };
    let question: Value = serde_json::from_slice(&question).unwrap();
    assert!(timeout(Duration::from_hours(1), running.next()).await.is_err(), "no clock runs meanwhile");
    let content = json!({"action": "accept", "content": {"value": true}});
    accept(&*peer, &json!({"jsonrpc": "2.0", "id": question["id"], "result": content})).await;
    let Event::Answer(reply) = running.next().await else {
        panic!("it answers");
    };
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn time_in_which_somebody_is_asked_does_not_count() {
    // Five seconds are the limit; four of them went before the question.
    assert_eq!(answered_after_an_hour(0).await, "went on: true");
    assert!(answered_after_an_hour(2).await.contains("TIMED_OUT"));

    // In the new era each run has all of it.
    let answers = || Answers::form(|_| json!({"value": true}));
    let service = server().build().unwrap();
    let client = service.client_with(Version::LATEST, answers()).await.unwrap();
    let result = client.call("ask_between", json!({"before": 2, "after": 2})).await.unwrap();
    assert_eq!(result.text(), "went on: true");
    let result = client.call("ask_between", json!({"before": 4, "after": 2})).await.unwrap();
    assert!(result.text().contains("TIMED_OUT"), "{}", result.text());
}

#[tokio::test]
async fn a_handler_whose_time_is_up_is_dropped() {
    let (gate, dropped) = (Arc::new(Gate::default()), Arc::new(Dropped::default()));
    let server = fixture().shared_state(Arc::clone(&gate)).shared_state(Arc::clone(&dropped));
    let server = TestServer::serve(server.timeout(Duration::from_millis(50))).await;
    let answer = server.json(server.modern(&modern_call(1, "wait", json!({})))).await;
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    dropped.0.notified().await;
}
