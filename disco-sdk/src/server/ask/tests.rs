//! A state on its way through the client and back, whatever it is sealed with: the tests of the whole
//! program are built with HTTP, these without it too.

use serde_json::{Map, Value, json};

use crate::client::{Answers, Client};
use crate::protocol::Version;
use crate::server::output::ToolOutput;
use crate::server::tool::Tool;
use crate::server::{Context, Server};

async fn client(name: &str) -> Client {
    let greet = |cx: Context, _: Map<String, Value>| async move {
        let name = cx.ask::<String>("What is your name?").key("name").await?;
        let town = cx.ask::<String>("Where do you live?").key("town").await?;
        ToolOutput::structured(&json!({"name": name, "town": town}))
    };
    let service = Server::new("test", "1").with(Tool::typed(name, greet)).build().unwrap();
    let nobody = Answers::new(json!({"elicitation": {"form": {}}}), |_| None);
    service.client_with(Version::LATEST, nobody).await.unwrap()
}

fn round(tool: &str, state: &Value, key: &str, answer: &str) -> Value {
    let answer = json!({"action": "accept", "content": {"value": answer}});
    json!({"name": tool, "arguments": {}, "requestState": state, "inputResponses": {key: answer}})
}

#[tokio::test]
async fn a_call_goes_on_with_what_it_was_told() {
    let client = client("greet").await;
    let first = client.request("tools/call", json!({"name": "greet", "arguments": {}})).await.unwrap();
    assert!(first["inputRequests"]["name"].is_object(), "{first}");
    let second = round("greet", &first["requestState"], "name", "Ada");
    let second = client.request("tools/call", second).await.unwrap();
    assert!(second["inputRequests"]["town"].is_object(), "{second}");
    let last = round("greet", &second["requestState"], "town", "London");
    let last = client.request("tools/call", last).await.unwrap();
    assert_eq!(last["structuredContent"], json!({"name": "Ada", "town": "London"}));
}

#[tokio::test]
async fn a_state_that_was_changed_or_that_another_process_gave_is_refused() {
    let (here, there) = (client("greet").await, client("greet").await);
    let start = json!({"name": "greet", "arguments": {}});
    let foreign = there.request("tools/call", start.clone()).await.unwrap()["requestState"].clone();
    let own = here.request("tools/call", start).await.unwrap()["requestState"].clone();
    let own = own.as_str().unwrap();
    let changed = |at: usize| {
        let mut bytes = own.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        Value::from(String::from_utf8(bytes).unwrap())
    };
    for state in [foreign, changed(own.len() / 2), changed(20), json!(""), json!(own[1..])] {
        let refusal = here.request("tools/call", round("greet", &state, "name", "Eve")).await.unwrap_err();
        assert_eq!(refusal.data()["pointer"], "/params/requestState", "{refusal}");
    }
}

#[tokio::test]
async fn a_handler_that_cannot_ask_takes_no_state_and_leaves_answers_alone() {
    use crate as disco_sdk;
    /// Adds two numbers.
    #[disco_sdk::tool]
    fn add(a: i64, b: i64) -> i64 {
        a + b
    }

    let client = Server::new("test", "1").with(crate::tools![add]).client().await.unwrap();
    let call = |more: Value| {
        let mut params = json!({"name": "add", "arguments": {"a": 1, "b": 2}});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    let answered = call(json!({"inputResponses": {"name": {"action": "decline"}}}));
    let answered = client.request("tools/call", answered).await.unwrap();
    assert_eq!(answered["structuredContent"], 3, "{answered}");
    for (wrong, pointer) in [
        (json!({"requestState": "of another tool"}), "/params/requestState"),
        (json!({"requestState": 3}), "/params/requestState"),
        (json!({"inputResponses": []}), "/params/inputResponses"),
    ] {
        let refusal = client.request("tools/call", call(wrong)).await.unwrap_err();
        assert_eq!(refusal.data()["pointer"], pointer, "{refusal}");
    }
}
