//! Everything that the server sends, checked against the official JSON schema of its revision.
//!
//! The schemas under `tests/wire` are the specification's, without their descriptions.

use std::path::Path;

use disco_sdk::Version;
use disco_tests::fixture;
use jsonschema::Validator;
use serde_json::{Value, json};

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
