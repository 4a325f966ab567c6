//! Sending the person to a URL, and telling the client that they are done.

use disco_sdk::Version;
use serde_json::{Value, json};

use super::rounds::{CALL, answered, params, raw, text};
use super::{asking, capabilities, client};
use crate::support::{Events, TestServer, call, request};
use crate::wire::Schema;

/// An old-era session whose client can be sent somewhere.
async fn open(server: &TestServer, version: Version) -> String {
    let mut message = crate::support::initialize(version);
    message["params"]["capabilities"] = capabilities();
    let response = server.send(server.post(message.to_string())).await;
    response.headers()["mcp-session-id"].to_str().expect("visible ASCII").to_owned()
}

/// The stream on which a session hears what belongs to no request.
async fn hear(server: &TestServer, session: &str) -> Events {
    let get = server.client.get(server.url("/mcp")).header("accept", "text/event-stream");
    Events::of(server.send(get.header("mcp-session-id", session)).await)
}

#[tokio::test]
async fn the_session_that_was_asked_hears_that_it_is_done_and_no_other() {
    let server = TestServer::serve(asking()).await;
    let (mine, other) =
        (open(&server, Version::V2025_11_25).await, open(&server, Version::V2025_11_25).await);
    let (mut heard, mut overheard) = (hear(&server, &mine).await, hear(&server, &other).await);
    let response = server.send(server.in_session(&mine, &call(1, "connect", json!({})))).await;
    let mut events = Events::of(response);
    let question = events.message().await.unwrap();
    let id = question["params"]["elicitationId"].as_str().unwrap().to_owned();
    assert_eq!(question["params"]["url"], format!("https://bank.example/{id}"));
    let accept = json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept"}});
    assert_eq!(server.send(server.in_session(&mine, &accept)).await.status(), 202);
    assert_eq!(text(&events.message().await.unwrap()["result"]), id);
    let done = heard.message().await.unwrap();
    Schema::of(Version::V2025_11_25).check("ElicitationCompleteNotification", &done);
    assert_eq!(done["params"], json!({"elicitationId": id}));
    // The next thing that the other hears is something else.
    server.notifier.tools_list_changed();
    assert_eq!(overheard.message().await.unwrap()["method"], "notifications/tools/list_changed");
}

#[tokio::test]
async fn a_call_that_needs_it_first_fails_with_the_url_and_is_called_again() {
    let server = TestServer::serve(asking()).await;
    let session = open(&server, Version::V2025_11_25).await;
    let refused = server.json(server.in_session(&session, &call(1, "balance", json!({})))).await;
    Schema::of(Version::V2025_11_25).check("URLElicitationRequiredError", &refused);
    let elicitation = &refused["error"]["data"]["elicitations"][0];
    let id = elicitation["elicitationId"].as_str().unwrap();
    assert_eq!(elicitation["url"], format!("https://bank.example/{id}"));
    assert_eq!(elicitation["message"], "Sign in to your bank.");
    let done = server.json(server.in_session(&session, &call(2, "balance", json!({})))).await;
    assert_eq!(text(&done["result"]), "a lot");
}

#[tokio::test]
async fn elsewhere_it_is_a_question_whose_name_stays_the_same() {
    let client = raw(asking()).await;
    let asked = client.request(CALL, params("connect")).await.unwrap();
    let (_, question) = asked["inputRequests"].as_object().unwrap().iter().next().unwrap();
    let url = question["params"]["url"].as_str().unwrap();
    assert_eq!(question["params"].get("elicitationId"), None);
    let done = client.request(CALL, answered(params("connect"), &asked, &Value::Null)).await.unwrap();
    assert_eq!(url, format!("https://bank.example/{}", text(&done)));
    let asked = client.request(CALL, params("balance")).await.unwrap();
    assert_eq!(asked["resultType"], "input_required", "{asked}");
}

#[tokio::test]
async fn a_client_that_cannot_be_sent_anywhere_is_told_so() {
    let server = TestServer::serve(asking()).await;
    let session = server.open_session(Version::V2025_11_25).await;
    let call = request(1, CALL, params("balance"));
    let refused = server.json(server.in_session(&session, &call)).await;
    assert_eq!(refused["result"]["isError"], true, "{refused}");
    assert!(text(&refused["result"]).contains("UNSUPPORTED_BY_CLIENT"), "{refused}");
}

#[tokio::test]
async fn what_is_no_url_is_not_sent() {
    for version in [Version::V2025_11_25, Version::LATEST] {
        let error = client(version, |_| None).await.call("nowhere", json!({})).await.unwrap_err();
        assert!(error.message().contains("over there"), "{version}: {error}");
    }
}
