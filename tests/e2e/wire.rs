//! Everything that the server sends, checked against the official JSON schema of its revision.
//!
//! The schemas under `tests/wire` are the specification's, without their descriptions.

use std::path::Path;

use disco_sdk::transport::{Accepted, Conversation, Event, Running, Wire};
use disco_sdk::{Caller, Service, Version};
use disco_tests::fixture;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::support::{initialize, modern, request};

pub(crate) struct Schema {
    version: Version,
    root: Value,
    definitions: &'static str,
}

impl Schema {
    pub(crate) fn of(version: Version) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire");
        let text = std::fs::read_to_string(folder.join(format!("{version}.schema.json")))
            .expect("the schema is there");
        let root: Value = serde_json::from_str(&text).expect("the schema is JSON");
        let definitions = if root.get("$defs").is_some() { "$defs" } else { "definitions" };
        Self { version, root, definitions }
    }

    /// That of the extension for tasks.
    pub(crate) fn of_tasks() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire/tasks.schema.json");
        let text = std::fs::read_to_string(path).expect("the schema is there");
        let root = serde_json::from_str(&text).expect("the schema is JSON");
        Self { version: Version::LATEST, root, definitions: "$defs" }
    }

    fn validator(&self, name: &str) -> Validator {
        assert!(self.root[self.definitions].get(name).is_some(), "{} has no {name}", self.version);
        let mut schema = self.root.clone();
        schema["$ref"] = format!("#/{}/{name}", self.definitions).into();
        jsonschema::validator_for(&schema).expect("the schema is one")
    }

    pub(crate) fn check(&self, name: &str, value: &Value) {
        let faults: Vec<String> =
            self.validator(name).iter_errors(value).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{} {name}: {faults:?}\n{value}", self.version);
    }
}

#[tokio::test]
async fn every_result_fits_the_schema_of_its_revision() {
    for version in Version::ALL {
        let schema = Schema::of(version);
        let client = fixture().client_in(version).await.unwrap();
        let ask = async |method: &str, params: Value| client.request(method, params).await.unwrap();
        for (method, name) in [
            ("tools/list", "ListToolsResult"),
            ("resources/list", "ListResourcesResult"),
            ("resources/templates/list", "ListResourceTemplatesResult"),
            ("prompts/list", "ListPromptsResult"),
        ] {
            schema.check(name, &ask(method, json!({})).await);
        }
        for (tool, arguments) in [
            ("add", json!({"a": 1})),
            ("count", json!({"to": 2})),
            ("mirror", json!({"point": {"x": 1, "y": 2}})),
            ("gallery", json!({})),
            ("fail", json!({"why": "x"})),
            ("add", json!({"b": "wrong"})),
        ] {
            schema.check(
                "CallToolResult",
                &ask("tools/call", json!({"name": tool, "arguments": arguments})).await,
            );
        }
        schema.check("ReadResourceResult", &ask("resources/read", json!({"uri": "note://1"})).await);
        schema.check(
            "GetPromptResult",
            &ask("prompts/get", json!({"name": "review", "arguments": {"language": "c"}})).await,
        );
        let completion = json!({"ref": {"type": "ref/prompt", "name": "review"}, "argument": {"name": "language", "value": ""}});
        schema.check("CompleteResult", &ask("completion/complete", completion).await);
        if version.is_legacy() {
            let client = json!({"name": "test", "version": "1"});
            let params =
                json!({"protocolVersion": version.as_str(), "capabilities": {}, "clientInfo": client});
            schema.check("InitializeResult", &ask("initialize", params).await);
            schema.check("EmptyResult", &ask("ping", json!({})).await);
        } else {
            schema.check("DiscoverResult", &ask("server/discover", json!({})).await);
        }
    }
}

#[tokio::test]
async fn every_notification_fits_the_schema_of_its_revision() {
    for version in Version::ALL {
        let schema = Schema::of(version);
        let client = fixture().client_in(version).await.unwrap();
        let (_, said) = client.call_and_listen("steps", json!({})).await.unwrap();
        assert!(said.len() >= 3);
        for said in said {
            let name = match said.method.as_str() {
                "notifications/progress" => "ProgressNotification",
                _ => "LoggingMessageNotification",
            };
            let mut message = json!({"method": said.method, "params": said.params});
            if version >= Version::V2025_11_25 {
                message["jsonrpc"] = json!("2.0");
            }
            schema.check(name, &message);
        }
    }
}

async fn accept(conversation: &dyn Conversation, message: &Value) -> Accepted {
    let message = message.to_string();
    std::future::poll_fn(|cx| std::task::Poll::Ready(conversation.accept(message.as_bytes(), cx))).await
}

/// A stream of changes, in whichever way this revision opens one.
async fn changes(service: &Service, version: Version) -> Running {
    let conversation = service.endpoint().connect(Wire::Stdio, Caller::anonymous());
    if version.is_legacy() {
        accept(&*conversation, &initialize(version)).await;
        accept(&*conversation, &request(1, "resources/subscribe", json!({"uri": "note://1"}))).await;
        return conversation.listen();
    }
    let wanted = json!({"notifications": {
        "toolsListChanged": true,
        "promptsListChanged": true,
        "resourcesListChanged": true,
        "resourceSubscriptions": ["note://1"],
    }});
    match accept(&*conversation, &modern(1, "subscriptions/listen", wanted)).await {
        Accepted::Running(running) => running,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_change_that_is_told_fits_the_schema_of_its_revision() {
    for version in Version::ALL {
        let schema = Schema::of(version);
        let service = fixture().build().unwrap();
        let mut changes = changes(&service, version).await;
        let notifier = service.notifier();
        notifier.tools_list_changed();
        notifier.prompts_list_changed();
        notifier.resources_list_changed();
        notifier.resource_updated("note://1");
        changes.wind_down();
        let mut told = Vec::new();
        let end = loop {
            let message = match changes.next().await {
                Event::Speak(message) => message,
                end => break end,
            };
            let mut message: Value = serde_json::from_slice(&message).unwrap();
            if version < Version::V2025_11_25 {
                message.as_object_mut().unwrap().remove("jsonrpc");
            }
            let name = match message["method"].as_str().unwrap() {
                "notifications/subscriptions/acknowledged" => "SubscriptionsAcknowledgedNotification",
                "notifications/tools/list_changed" => "ToolListChangedNotification",
                "notifications/prompts/list_changed" => "PromptListChangedNotification",
                "notifications/resources/list_changed" => "ResourceListChangedNotification",
                "notifications/resources/updated" => "ResourceUpdatedNotification",
                _ => "CancelledNotification",
            };
            schema.check(name, &message);
            told.push(name);
        };
        if let Event::Answer(reply) = end {
            let answer: Value = serde_json::from_slice(&reply.body).unwrap();
            schema.check("SubscriptionsListenResult", &answer["result"]);
        } else {
            assert!(version.is_legacy());
        }
        assert_eq!(told.len(), if version.is_legacy() { 4 } else { 6 }, "{told:?}");
    }
}
