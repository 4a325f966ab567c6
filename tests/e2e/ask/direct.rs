//! Questions of the old era as messages, over every transport.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use disco_sdk::client::Answers;
use disco_sdk::transport::Wire;
use disco_sdk::transport::line;
use disco_sdk::{Caller, Limits, Stop, Version};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, duplex, split};

use super::{accept, asking, capabilities, client};
use crate::support::{Events, TestServer, call};

fn initialize(version: Version) -> Value {
    let mut message = crate::support::initialize(version);
    message["params"]["capabilities"] = capabilities();
    message
}

fn answer(question: &Value, value: &Value) -> Value {
    let result = json!({"action": "accept", "content": {"value": value}});
    json!({"jsonrpc": "2.0", "id": question["id"], "result": result})
}

#[tokio::test]
async fn over_lines_the_answer_is_a_message_too() {
    let service = asking().build().unwrap();
    let (ours, theirs) = duplex(1 << 16);
    let (input, output) = split(theirs);
    let stop = Stop::default();
    let conversation = service.endpoint().connect(Wire::Stdio, Caller::anonymous());
    let until = stop.clone();
    let serving = tokio::spawn(async move {
        let limits = Limits::default();
        line::serve(conversation, Box::new(input), Box::new(output), &limits, &until).await
    });
    let (read, mut write) = split(ours);
    let mut lines = BufReader::new(read).lines();
    let mut send = async |message: &Value| {
        write.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    };
    let mut next =
        async || -> Value { serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap() };
    send(&initialize(Version::V2025_06_18)).await;
    next().await;
    send(&call(1, "in_a_row", json!({}))).await;
    for (words, name) in [("Your first name?", "Ada"), ("Your last name?", "Lovelace")] {
        let question = next().await;
        assert_eq!(question["method"], "elicitation/create");
        assert_eq!(question["params"]["message"], words);
        send(&answer(&question, &json!(name))).await;
        // An answer that nobody waits for is passed over.
        send(&answer(&question, &json!("Eve"))).await;
    }
    assert_eq!(next().await["result"]["content"][0]["text"], "Ada Lovelace");
    stop.now();
    serving.await.unwrap().unwrap();
}

async fn open(server: &TestServer, version: Version) -> String {
    let response = server.send(server.post(initialize(version).to_string())).await;
    response.headers()["mcp-session-id"].to_str().expect("visible ASCII").to_owned()
}

#[tokio::test]
async fn over_http_the_question_is_on_the_calls_stream_and_the_answer_a_post() {
    let server = TestServer::serve(asking()).await;
    let session = open(&server, Version::V2025_11_25).await;
    let response = server.send(server.in_session(&session, &call(1, "in_a_row", json!({})))).await;
    let mut events = Events::of(response);
    for name in ["Ada", "Lovelace"] {
        let question = events.message().await.unwrap();
        assert_eq!(question["method"], "elicitation/create");
        // Another session cannot answer it.
        let stranger = open(&server, Version::V2025_11_25).await;
        let eve = answer(&question, &json!("Eve"));
        assert_eq!(server.send(server.in_session(&stranger, &eve)).await.status(), 202);
        let reply = answer(&question, &json!(name));
        assert_eq!(server.send(server.in_session(&session, &reply)).await.status(), 202);
    }
    assert_eq!(events.message().await.unwrap()["result"]["content"][0]["text"], "Ada Lovelace");
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn an_answer_for_another_replica_is_refused_with_what_to_do() {
    let server = TestServer::serve(asking()).await;
    let session = open(&server, Version::V2025_11_25).await;
    let foreign = answer(&json!({"id": "AAAAAAAA.1"}), &json!("Ada"));
    let response = server.send(server.in_session(&session, &foreign)).await;
    assert_eq!(response.status(), 421);
    assert!(response.text().await.unwrap().contains("sticky routing"));
}

#[tokio::test]
async fn a_client_that_reads_no_events_cannot_be_asked() {
    let server = TestServer::serve(asking()).await;
    let session = open(&server, Version::V2025_11_25).await;
    let mut request = server.in_session(&session, &call(1, "order", json!({}))).build().unwrap();
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    let answer: Value = server.client.execute(request).await.unwrap().json().await.unwrap();
    assert_eq!(answer["result"]["isError"], true, "{answer}");
}

#[tokio::test]
async fn over_the_first_transport_it_is_the_one_stream() {
    let server = TestServer::serve(asking()).await;
    let response =
        server.send(server.client.get(server.url("/sse")).header("accept", "text/event-stream")).await;
    let mut events = Events::of(response);
    let (_, path) = events.next().await.unwrap();
    let post = async |message: &Value| {
        let request = server.client.post(server.url(&path)).header("content-type", "application/json");
        assert_eq!(server.send(request.body(message.to_string())).await.status(), 202);
    };
    post(&initialize(Version::V2024_11_05)).await;
    events.message().await.unwrap();
    // The first revision has sampling and roots, and no forms.
    post(&call(1, "careful", json!({}))).await;
    assert_eq!(events.message().await.unwrap()["result"]["content"][0]["text"], "cannot be asked");
    post(&initialize(Version::V2025_06_18)).await;
    events.message().await.unwrap();
    post(&call(2, "careful", json!({}))).await;
    let question = events.message().await.unwrap();
    post(&answer(&question, &json!("Ada"))).await;
    assert_eq!(events.message().await.unwrap()["result"]["content"][0]["text"], "Ada");
}

#[tokio::test(start_paused = true)]
async fn a_question_that_nobody_answers_in_time_is_taken_back() {
    let silent = client(Version::V2025_06_18, |_| None).await;
    let (result, said) = silent.call_and_listen("patient", json!({"milliseconds": 10_000})).await.unwrap();
    assert_eq!(result.text(), "nobody");
    let methods: Vec<&str> = said.iter().map(|said| said.method.as_str()).collect();
    assert_eq!(methods, ["elicitation/create", "notifications/cancelled"]);
    assert!(said[1].params["requestId"].is_string());
    // The bound of the server holds without a word of the handler.
    let limits = Limits { answer: Duration::from_mins(1), ..Limits::default() };
    let answers = Answers::new(capabilities(), |_| None);
    let service = asking().limits(limits).build().unwrap();
    let silent = service.client_with(Version::V2025_06_18, answers).await.unwrap();
    let result = silent.call("order", json!({})).await.unwrap();
    assert!(result.is_error && result.text().contains("NO_ANSWER"), "{}", result.text());
}

#[tokio::test]
async fn the_question_that_lost_is_taken_back() {
    let client = client(Version::V2025_06_18, |question| match question.message() {
        "Left?" => None,
        "Right?" => accept(&json!({"value": "r"})),
        _ => accept(&json!({"value": true})),
    });
    let (result, said) = client.await.call_and_listen("either", json!({})).await.unwrap();
    assert_eq!(result.text(), "right r true");
    assert!(said.iter().any(|said| said.method == "notifications/cancelled"), "{said:?}");
}

#[tokio::test]
async fn a_client_that_refuses_is_quoted() {
    let client =
        client(Version::V2025_11_25, |_| Some(json!({"error": {"code": -1, "message": "no user here"}})));
    let result = client.await.call("order", json!({})).await.unwrap();
    assert!(result.is_error && result.text().contains("no user here"), "{}", result.text());
}

#[tokio::test(start_paused = true)]
async fn a_call_has_only_so_many_questions_open() {
    let limits = Limits { questions: 2, ..Limits::default() };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answers = Answers::new(capabilities(), move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        None
    });
    let service = asking().limits(limits).build().unwrap();
    let client = service.client_with(Version::V2025_11_25, answers).await.unwrap();
    // Two are asked, and their time runs out; the third has failed at once.
    let result = client.call("together", json!({})).await.unwrap();
    assert!(result.is_error, "{}", result.text());
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}
