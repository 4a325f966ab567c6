//! Any text as the state of a call that goes on, and a right state with any change.

use serde_json::{Value, json};

use super::changed;
use super::server;

/// Only what the server has sealed is a state.
pub fn run(data: &[u8]) {
    let first = server::send(&server::modern("tools/call", json!({"name": "ask", "arguments": {}})));
    let right = first["result"]["requestState"].as_str().expect("a state").to_owned();
    let key = first["result"]["inputRequests"]
        .as_object()
        .and_then(|asked| asked.keys().next())
        .expect("a question");
    let go_on = |state: &str| {
        let answer = json!({"action": "accept", "content": {"answer": true, "value": true}});
        let params =
            json!({"name": "ask", "arguments": {}, "requestState": state, "inputResponses": {key: answer}});
        server::send(&server::modern("tools/call", params))
    };
    let text = String::from_utf8_lossy(data).into_owned();
    assert!(text == right || is_refused(&go_on(&text)), "a state from nowhere: {text:?}");
    let changed = changed(&right, data);
    assert_eq!(is_refused(&go_on(&changed)), changed != right, "{changed:?} of {right:?}");
}

fn is_refused(answer: &Value) -> bool {
    let error = &answer["error"];
    error["code"] == -32602 && error["data"]["pointer"] == "/params/requestState"
}
