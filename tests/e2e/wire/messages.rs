//! Which definitions a message of the server has to fit.

use std::collections::BTreeSet;
use std::sync::Mutex;

use disco_sdk::Version;
use disco_sdk::client::Heard;
use serde_json::Value;

use super::Schema;

static SEEN: Mutex<BTreeSet<(Version, &str)>> = Mutex::new(BTreeSet::new());

/// The reader of every test of the matrix: fails if a message does not fit the schema of its revision.
pub(crate) fn check(heard: &Heard) {
    let (version, message) = (heard.version, &heard.message);
    let schema = Schema::of(version);
    let is_new = version >= Version::V2025_11_25;
    if let Some(method) = message["method"].as_str() {
        let is_request = message.get("id").is_some();
        assert!(!is_request || version.is_legacy(), "{version} has no questions of the server: {message}");
        schema.check(if is_request { "JSONRPCRequest" } else { "JSONRPCNotification" }, message);
        match said(method) {
            Said::Core(name) => fits(version, schema, name, message),
            Said::Tasks(name) => fits(version, Schema::of_tasks(), name, message),
        }
    } else if let Some(error) = message.get("error") {
        if message["id"].is_null() {
            // The schemas before 2025-11-25 ask for an id, JSON-RPC has `null` here.
            assert_eq!(message.get("id").is_some(), !is_new, "{version}: {message}");
        } else {
            schema.check(if is_new { "JSONRPCErrorResponse" } else { "JSONRPCError" }, message);
        }
        if let Some(name) = error_of(version, &error["code"]) {
            fits(version, schema, name, if is_whole(name) { message } else { error });
        }
    } else {
        schema.check(if is_new { "JSONRPCResultResponse" } else { "JSONRPCResponse" }, message);
        let result = &message["result"];
        let method = heard.answers.as_deref().expect("a result answers a request");
        match result["resultType"].as_str() {
            Some("input_required") => fits(version, schema, "InputRequiredResult", result),
            Some("task") => fits(version, Schema::of_tasks(), "CreateTaskResult", result),
            _ if version == Version::V2026_07_28 && method.starts_with("tasks/") => {
                fits(version, Schema::of_tasks(), result_of(method), result);
            }
            // A call that was asked to be a task is one (2025-11-25).
            _ if version == Version::V2025_11_25 && result.get("task").is_some() => {
                fits(version, schema, "CreateTaskResult", result);
            }
            _ => fits(version, schema, result_of(method), result),
        }
    }
}

/// The definitions that messages of `version` were checked against so far.
pub(crate) fn seen(version: Version) -> Vec<&'static str> {
    let seen = SEEN.lock().expect("nothing fails in here");
    seen.iter().filter(|(of, _)| *of == version).map(|(_, name)| *name).collect()
}

fn fits(version: Version, schema: &Schema, name: &'static str, value: &Value) {
    schema.check(name, value);
    SEEN.lock().expect("nothing fails in here").insert((version, name));
}

enum Said {
    Core(&'static str),
    Tasks(&'static str),
}

/// What a request or a notification of the server has to be.
fn said(method: &str) -> Said {
    Said::Core(match method {
        "elicitation/create" => "ElicitRequest",
        "sampling/createMessage" => "CreateMessageRequest",
        "roots/list" => "ListRootsRequest",
        "notifications/cancelled" => "CancelledNotification",
        "notifications/progress" => "ProgressNotification",
        "notifications/message" => "LoggingMessageNotification",
        "notifications/tools/list_changed" => "ToolListChangedNotification",
        "notifications/prompts/list_changed" => "PromptListChangedNotification",
        "notifications/resources/list_changed" => "ResourceListChangedNotification",
        "notifications/resources/updated" => "ResourceUpdatedNotification",
        "notifications/subscriptions/acknowledged" => "SubscriptionsAcknowledgedNotification",
        "notifications/elicitation/complete" => "ElicitationCompleteNotification",
        "notifications/tasks/status" => "TaskStatusNotification",
        "notifications/tasks" => return Said::Tasks("TaskStatusNotification"),
        other => panic!("the server says {other}"),
    })
}

/// What the result of a request has to be.
fn result_of(method: &str) -> &'static str {
    match method {
        "initialize" => "InitializeResult",
        "server/discover" => "DiscoverResult",
        "tools/list" => "ListToolsResult",
        "tools/call" => "CallToolResult",
        "resources/list" => "ListResourcesResult",
        "resources/templates/list" => "ListResourceTemplatesResult",
        "resources/read" => "ReadResourceResult",
        "prompts/list" => "ListPromptsResult",
        "prompts/get" => "GetPromptResult",
        "completion/complete" => "CompleteResult",
        "subscriptions/listen" => "SubscriptionsListenResult",
        "tasks/get" => "GetTaskResult",
        "tasks/update" => "UpdateTaskResult",
        "tasks/cancel" => "CancelTaskResult",
        "tasks/list" => "ListTasksResult",
        "tasks/result" => "GetTaskPayloadResult",
        "ping" | "logging/setLevel" | "resources/subscribe" | "resources/unsubscribe" => "EmptyResult",
        other => panic!("no result of {other} is known"),
    }
}

/// What an error of this number has to be besides.
fn error_of(version: Version, code: &Value) -> Option<&'static str> {
    Some(match (version, code.as_i64()?) {
        (Version::V2025_11_25, -32042) => "URLElicitationRequiredError",
        (Version::V2026_07_28, -32700) => "ParseError",
        (Version::V2026_07_28, -32600) => "InvalidRequestError",
        (Version::V2026_07_28, -32601) => "MethodNotFoundError",
        (Version::V2026_07_28, -32602) => "InvalidParamsError",
        (Version::V2026_07_28, -32603) => "InternalError",
        (Version::V2026_07_28, -32020) => "HeaderMismatchError",
        (Version::V2026_07_28, -32021) => "MissingRequiredClientCapabilityError",
        (Version::V2026_07_28, -32022) => "UnsupportedProtocolVersionError",
        _ => return None,
    })
}

/// Whether a definition is that of the whole message, and not of the error in it.
fn is_whole(name: &str) -> bool {
    let whole = ["HeaderMismatch", "MissingRequired", "UnsupportedProtocol", "URLElicitation"];
    whole.iter().any(|start| name.starts_with(start))
}
