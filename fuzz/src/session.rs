//! Any text as the id of a session, and a right id with any change.

use disco_sdk::Version;
use disco_sdk::transport::{Accepted, Status};
use serde_json::json;

use super::changed;
use super::server::{self, Said};

/// Only what the server has sealed is a session.
pub fn run(data: &[u8]) {
    let right = opened();
    let is_served = |session: &str| {
        let list = br#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
        match server::exchange(list, Said { session: Some(session), ..Said::default() }) {
            Accepted::Answer(reply) => {
                server::check(&reply, list.len());
                reply.status != Status::NotFound
            }
            other => panic!("no answer: {other:?}"),
        }
    };
    let text: String = String::from_utf8_lossy(data).chars().filter(char::is_ascii).collect();
    assert!(text == right || !is_served(&text), "a session from nowhere: {text:?}");
    let changed = changed(&right, data);
    assert_eq!(is_served(&changed), changed == right, "{changed:?} of {right:?}");
}

fn opened() -> String {
    let client = json!({"name": "fuzz", "version": "1"});
    let params =
        json!({"protocolVersion": Version::LATEST_LEGACY.as_str(), "capabilities": {}, "clientInfo": client});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).to_string();
    match server::exchange(message.as_bytes(), Said::default()) {
        Accepted::Answer(reply) => reply.session.expect("a session"),
        other => panic!("no session: {other:?}"),
    }
}
