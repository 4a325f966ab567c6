//! Errors to messages whose id cannot be read: `null` before 2025-11-25, none from then on.

use disco_sdk::Version;
use serde_json::Value;

use crate::support::{Process, TestServer, initialize};

const UNREADABLE: &str = "{\"jsonrpc\": \"2.0\", \"id\": ";

fn has_right_id(version: Version, answer: &Value) {
    assert_eq!(answer["error"]["code"], -32700, "{version}");
    let is_null = answer.get("id").is_some_and(Value::is_null);
    assert_eq!(is_null, version < Version::V2025_11_25, "{version}: {answer}");
    assert!(is_null || answer.get("id").is_none(), "{version}: {answer}");
}

#[tokio::test]
async fn over_http_the_revision_of_the_session_or_of_the_header_counts() {
    let server = TestServer::start().await;
    for version in Version::ALL {
        let answer =
            server.json(server.post(UNREADABLE).header("mcp-protocol-version", version.as_str())).await;
        has_right_id(version, &answer);
        if version.is_legacy() {
            let session = server.open_session(version).await;
            has_right_id(
                version,
                &server.json(server.post(UNREADABLE).header("mcp-session-id", session)).await,
            );
        }
    }
}

#[tokio::test]
async fn on_stdio_the_revision_of_initialize_counts() {
    for version in Version::ALL {
        let mut process = Process::start();
        if version.is_legacy() {
            process.ask(&initialize(version)).await;
        }
        process.send_line(UNREADABLE.as_bytes()).await;
        has_right_id(version, &process.message().await);
        process.finish().await;
    }
}
