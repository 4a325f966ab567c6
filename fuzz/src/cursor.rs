//! Any text as the cursor of a list, and a right cursor with any change.

use serde_json::{Value, json};

use super::changed;
use super::server;

/// Only what the server has given is a cursor, and only in the list that it was given for.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for list in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        assert!(is_refused(list, &text), "{text:?} is a cursor of {list}");
    }
    let first = server::send(&server::modern("tools/list", json!({})));
    let right = first["result"]["nextCursor"].as_str().expect("there are two pages").to_owned();
    let wrong = changed(&right, data);
    assert_eq!(is_refused("tools/list", &wrong), wrong != right, "{wrong:?} of {right:?}");
    assert!(is_refused("prompts/list", &right), "{right:?} is for another list");
}

/// It is refused by its place, or it is a page.
fn is_refused(list: &str, cursor: &str) -> bool {
    let answer: Value = server::send(&server::modern(list, json!({"cursor": cursor})));
    let error = &answer["error"];
    let is_refused = error["code"] == -32602 && error["data"]["pointer"] == "/params/cursor";
    assert!(is_refused || answer["result"].is_object(), "{answer}");
    is_refused
}
