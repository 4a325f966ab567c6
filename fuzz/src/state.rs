//! Any text as the state of a call that goes on, and a right state with any change: one that travels, and one
//! that the store has.

use std::cell::LazyCell;

use serde_json::{Value, json};

use super::changed;
use super::server;

/// A tool that has asked.
struct Asked {
    tool: &'static str,
    state: String,
    question: String,
}

thread_local! {
    static ASKED: LazyCell<[Asked; 2]> = LazyCell::new(|| ["ask", "ask_at_length"].map(Asked::of));
}

/// Only what the server has sealed is a state.
pub fn run(data: &[u8]) {
    ASKED.with(|asked| asked.iter().for_each(|asked| asked.run(data)));
}

impl Asked {
    fn of(tool: &'static str) -> Self {
        let first = server::send(&server::modern("tools/call", json!({"name": tool, "arguments": {}})));
        let state = first["result"]["requestState"].as_str().expect("a state").to_owned();
        let asked = first["result"]["inputRequests"].as_object().expect("questions");
        Self { tool, state, question: asked.keys().next().expect("a question").clone() }
    }

    fn run(&self, data: &[u8]) {
        let text = String::from_utf8_lossy(data).into_owned();
        assert!(text == self.state || is_refused(&self.go_on(&text)), "a state from nowhere: {text:?}");
        let changed = changed(&self.state, data);
        assert_eq!(
            is_refused(&self.go_on(&changed)),
            changed != self.state,
            "{changed:?} of {:?}",
            self.state
        );
    }

    fn go_on(&self, state: &str) -> Value {
        let (tool, question) = (self.tool, &self.question);
        let answer = json!({"action": "accept", "content": {"answer": true, "value": true}});
        let answers = json!({question: answer});
        let params = json!({"name": tool, "arguments": {}, "requestState": state, "inputResponses": answers});
        server::send(&server::modern("tools/call", params))
    }
}

fn is_refused(answer: &Value) -> bool {
    let error = &answer["error"];
    error["code"] == -32602 && error["data"]["pointer"] == "/params/requestState"
}
