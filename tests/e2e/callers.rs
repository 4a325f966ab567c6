//! Who calls: found out from an HTTP request or from the environment, and refused in words.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use disco_sdk::prelude::*;
use disco_sdk::{Stop, Version};
use disco_tests::people;
use reqwest::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};
use tokio::process::Command;

use super::support::{Events, Process, TestServer, call, modern, modern_call};

fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text in {answer}"))
}

#[tokio::test]
async fn a_handler_knows_who_calls_in_both_eras() {
    let server = TestServer::serve(people()).await;
    let whoami = server.modern(&modern_call(1, "whoami", json!({})));
    assert_eq!(text(&server.json(whoami).await), "nobody");
    let whoami = server.modern(&modern_call(1, "whoami", json!({}))).header("x-person", "ada");
    assert_eq!(text(&server.json(whoami).await), "ada of test");
    let old = server.post(call(1, "whoami", json!({})).to_string()).header("X-Person", "eve");
    assert_eq!(text(&server.json(old).await), "eve of test");
}

#[tokio::test]
async fn whoever_started_the_process_is_the_caller_on_a_pipe() {
    for (person, expected) in [(Some("ada"), "ada of test"), (None, "nobody")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
        command.env("FIXTURE", "people").env_remove("PERSON");
        person.map(|person| command.env("PERSON", person));
        let mut process = Process::run(&mut command);
        assert_eq!(text(&process.ask(&modern_call(1, "whoami", json!({}))).await), expected);
        process.finish().await;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
    let process = Process::run(command.env("FIXTURE", "people").env("PERSON", "stranger"));
    let (status, log) = process.finish().await;
    assert_eq!(status, Some(1));
    assert!(log.contains("nobody knows a stranger here"), "{log}");
}

#[tokio::test]
async fn a_caller_that_is_refused_reaches_nothing_and_the_next_request_works() {
    let server = TestServer::serve(people()).await;
    let ask = |person: &str| {
        let whoami = server.modern(&modern_call(1, "whoami", json!({}))).header("x-person", person);
        server.send(whoami)
    };
    let refused = ask("stranger").await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()[WWW_AUTHENTICATE]),
        (401, &"Bearer".parse().unwrap())
    );
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["message"], "nobody knows a stranger here");
    assert!(body.get("id").is_none());
    let refused = ask("outlaw").await;
    assert_eq!(refused.status(), 403);
    assert!(refused.headers().get(WWW_AUTHENTICATE).is_none());

    for request in [
        server.post("this is no JSON"),
        server.client.get(server.url("/mcp")),
        server.client.delete(server.url("/mcp")),
        server.client.get(server.url("/sse")),
        server.client.post(server.url("/messages?sessionId=1")),
    ] {
        assert_eq!(server.send(request.header("x-person", "outlaw")).await.status(), 403);
    }
    assert_eq!(ask("ada").await.status(), 200);
}

#[tokio::test]
async fn finding_out_who_calls_may_take_time_and_look_at_what_a_layer_has_left() {
    #[derive(Clone)]
    struct FromLayer(&'static str);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = people().caller(move |parts| {
        let name = parts.extension::<FromLayer>().map(|layer| layer.0);
        let token = parts.bearer().map(str::to_owned);
        let count = Arc::clone(&count);
        async move {
            tokio::task::yield_now().await;
            count.fetch_add(1, Ordering::Relaxed);
            match (token.as_deref(), name) {
                (Some("good"), Some(name)) => Ok(Some(Caller::new("layer", name))),
                (Some(_), _) => Err(Error::unauthorized("this token is not known")),
                (None, _) => Ok(None),
            }
        }
    });
    let layer = axum::Extension(FromLayer("gateway"));
    let router = server.into_router().unwrap().layer(layer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Stop::default();
    let until = stop.clone();
    let serving = tokio::spawn(async move {
        axum::serve(listener, router).with_graceful_shutdown(async move { until.said().await }).await
    });
    let mut here = TestServer::serve(people()).await;
    here.address = address;
    let whoami = || here.modern(&modern_call(1, "whoami", json!({})));
    assert_eq!(text(&here.json(whoami()).await), "nobody");
    assert_eq!(text(&here.json(whoami().bearer_auth("good")).await), "gateway of layer");
    assert_eq!(here.send(whoami().bearer_auth("bad")).await.status(), 401);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "once for each request");
    stop.now();
    serving.abort();
}

#[tokio::test]
async fn a_session_and_a_stream_belong_to_whoever_opened_them() {
    let server = TestServer::serve(people()).await;
    let opening = server.post(super::support::initialize(Version::V2025_11_25).to_string());
    let opened = server.send(opening.header("x-person", "ada")).await;
    let session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    let whoami = || server.in_session(&session, &call(1, "whoami", json!({})));
    assert_eq!(text(&server.json(whoami().header("x-person", "ada")).await), "ada of test");
    for (name, person) in [("x-person", "eve"), ("x-nothing", "")] {
        assert_eq!(server.send(whoami().header(name, person)).await.status(), 404, "{person:?}");
        let end = server.client.delete(server.url("/mcp")).header("mcp-session-id", &session);
        assert_eq!(server.send(end.header(name, person)).await.status(), 404);
    }
    assert_eq!(server.send(whoami().header("x-person", "ada")).await.status(), 200, "it goes on");

    let stream = server.client.get(server.url("/sse")).header("accept", "text/event-stream");
    let mut events = Events::of(server.send(stream.header("x-person", "ada")).await);
    let (name, path) = events.next().await.unwrap();
    assert_eq!(name, "endpoint");
    let send = |person: &str| {
        let message = modern(1, "server/discover", json!({})).to_string();
        let post = server.client.post(server.url(&path)).header("content-type", "application/json");
        server.send(post.header("x-person", person).body(message))
    };
    assert_eq!(send("eve").await.status(), 404);
    assert_eq!(send("ada").await.status(), 202);
    assert_eq!(events.message().await.unwrap()["id"], 1);
}

/// Asks one thing.
#[tool]
async fn confirm(ctx: Context) -> Result<String> {
    Ok(if ctx.ask::<bool>("Really?").await? { "yes" } else { "no" }.to_owned())
}

#[tokio::test]
async fn what_a_call_has_learnt_is_given_back_to_its_caller_only() {
    let server = TestServer::serve(people().with(tools![confirm])).await;
    let mut message = modern_call(1, "confirm", json!({}));
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
    let asked = server.json(server.modern(&message).header("x-person", "ada")).await;
    let key = asked["result"]["inputRequests"].as_object().unwrap().keys().next().unwrap().clone();
    message["params"]["requestState"] = asked["result"]["requestState"].clone();
    let answers = json!({key: {"action": "accept", "content": {"value": true}}});
    message["params"]["inputResponses"] = answers;
    let foreign = server.json(server.modern(&message).header("x-person", "eve")).await;
    assert_eq!(foreign["error"]["data"]["reason"], "principal", "{foreign}");
    let own = server.json(server.modern(&message).header("x-person", "ada")).await;
    assert_eq!(text(&own), "yes");
}

#[tokio::test(start_paused = true)]
async fn finding_out_who_calls_does_not_take_for_ever() {
    let service = people().caller(|_| std::future::pending::<Caller>()).build().unwrap();
    let refused = service.client().await.unwrap_err().to_string();
    assert!(refused.contains("could not be found out within 10s"), "{refused}");
}
