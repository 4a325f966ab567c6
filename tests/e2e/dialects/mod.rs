//! Dialects: every server's schemas pass every client's check, and what follows them is understood.

mod fixture;
mod sample;

use std::collections::BTreeSet;

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::schema::{Dialect, Rule};
use disco_sdk::{Caller, Service, Version};
use serde_json::{Value, json};

use super::support::{TestServer, modern};
use fixture::hard_cases;

async fn listed(client: &Client) -> Vec<(String, Value)> {
    client.tools().await.unwrap().into_iter().map(|tool| (tool.name, tool.input_schema)).collect()
}

#[tokio::test]
async fn every_schema_passes_the_check_of_every_dialect() {
    let servers: [fn() -> Server; 3] = [hard_cases, disco_everything::server, disco_tests::fixture];
    for server in servers {
        for dialect in Dialect::ALL {
            let service = server().dialect(dialect).build().unwrap();
            let tools = listed(&service.client().await.unwrap()).await;
            assert!(!tools.is_empty());
            let listed = tools.iter().map(|(name, schema)| (name.as_str(), schema));
            let breaches: Vec<String> =
                dialect.check_all("demo", listed).iter().map(ToString::to_string).collect();
            assert!(breaches.is_empty(), "{dialect}:\n{}", breaches.join("\n"));
            assert_eq!(service.breaches(dialect), []);
        }
    }
}

#[tokio::test]
async fn the_default_passes_everywhere_but_for_what_no_shape_could_say_to_all() {
    let service = hard_cases().build().unwrap();
    let tools = listed(&service.client().await.unwrap()).await;
    let broken = |dialect: Dialect| -> BTreeSet<String> {
        let tools = tools.iter().map(|(name, schema)| (name.as_str(), schema));
        dialect.check_all("demo", tools).into_iter().map(|breach| format!("{:?}", breach.rule)).collect()
    };
    assert_eq!(broken(Dialect::Claude), BTreeSet::new());
    assert_eq!(broken(Dialect::Cursor), BTreeSet::new());
    let open = BTreeSet::from([format!("{:?}", Rule::Open)]);
    assert_eq!(broken(Dialect::Gemini), open, "maps and values of any kind");
    let keyword = |name: &str| format!("{:?}", Rule::Keyword(name.to_owned()));
    let strict = BTreeSet::from([
        format!("{:?}", Rule::Open),
        format!("{:?}", Rule::NotClosed),
        format!("{:?}", Rule::Optional),
        keyword("default"),
        keyword("maxLength"),
        keyword("minLength"),
    ]);
    assert!(broken(Dialect::OpenAi).is_subset(&strict), "{:?}", broken(Dialect::OpenAi));
}

#[tokio::test]
async fn whatever_follows_a_shown_schema_is_accepted() {
    for dialect in Dialect::ALL {
        let service = hard_cases().dialect(dialect).build().unwrap();
        let client = service.client().await.unwrap();
        for (tool, schema) in listed(&client).await {
            let validator = jsonschema::validator_for(&schema).unwrap();
            for choice in 0..24 {
                let arguments = sample::of(&schema, choice);
                assert!(validator.is_valid(&arguments), "{dialect}, {tool}: {arguments} is no {schema}");
                let answer = client.call(&tool, arguments.clone()).await.unwrap();
                assert!(!answer.is_error, "{dialect}, {tool}: {arguments}: {}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn null_is_absent_and_a_default_holds_in_strict_mode() {
    let strict = hard_cases().dialect(Dialect::OpenAi).build().unwrap().client().await.unwrap();
    let deep = json!({
        "retries": null, "inner": {"note": null}, "tags": [{"key": "a", "value": "b"}], "places": [],
        "pair": [1.5, "x"], "grid": [[1]], "any": "{\"free\": [1]}", "letter": "c", "level": "low", "set": null,
    });
    let answer = strict.call("deep", json!({"value": deep})).await.unwrap();
    let read: Value = serde_json::from_str(&answer.text()).unwrap_or_else(|_| panic!("{}", answer.text()));
    assert_eq!(read["retries"], 5);
    assert_eq!(read["tags"], json!({"a": "b"}));
    assert_eq!(read["any"], json!({"free": [1]}));
    // What the full schema would have is understood in every dialect.
    let plain = json!({
        "tags": {"a": "b"}, "places": {}, "pair": [1.5, "x"], "grid": [], "any": 1, "letter": "c", "level": "high",
    });
    for dialect in Dialect::ALL {
        let client = hard_cases().dialect(dialect).build().unwrap().client().await.unwrap();
        let answer = client.call("deep", json!({"value": plain})).await.unwrap();
        assert!(!answer.is_error, "{dialect}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_dialect_lets_nothing_more_through_than_the_full_schema() {
    for dialect in Dialect::ALL {
        let client = hard_cases().dialect(dialect).build().unwrap().client().await.unwrap();
        for (tool, wrong, place) in [
            ("small", json!(9), "/value"),
            ("small", json!("3"), "/value"),
            ("level", json!("loud"), "/value"),
            ("pair", json!([1, 2]), "/value"),
            ("shape", json!({"circle": {"radius": "wide"}}), "/value"),
        ] {
            let answer = client.call(tool, json!({"value": wrong})).await.unwrap();
            assert!(
                answer.is_error && answer.text().contains(place),
                "{dialect}, {tool} {wrong}: {}",
                answer.text()
            );
        }
    }
}

fn by_caller() -> Service {
    hard_cases()
        .dialect_by(|caller, client| match (caller.subject(), client.implementation()) {
            (Some("ada"), _) => Dialect::Gemini,
            (Some("grace"), _) => Dialect::OpenAi,
            (_, Some(client)) if client.name == "cursor-vscode" => Dialect::Cursor,
            _ => Dialect::Full,
        })
        .build()
        .unwrap()
}

#[tokio::test]
async fn two_callers_have_two_dialects_of_one_list_each_time() {
    let service = by_caller();
    let shown = async |dialect: Dialect| {
        let service = hard_cases().dialect(dialect).build().unwrap();
        listed(&service.client().await.unwrap()).await
    };
    let (gemini, strict, full) =
        (shown(Dialect::Gemini).await, shown(Dialect::OpenAi).await, shown(Dialect::Full).await);
    assert!(gemini != strict && strict != full && full != gemini);
    for version in Version::ALL {
        let person = async |name: &str| {
            let caller = Caller::new("https://login.example", name);
            service.client_as(caller, version).await.unwrap()
        };
        let (ada, grace, eve) = (person("ada").await, person("grace").await, person("eve").await);
        for _ in 0..2 {
            assert_eq!(listed(&ada).await, gemini, "{version}");
            assert_eq!(listed(&grace).await, strict, "{version}");
            assert_eq!(listed(&eve).await, full, "{version}");
        }
        // Each is understood in its own dialect.
        let entries = json!({"value": [{"key": "a", "value": 1}]});
        assert!(!grace.call("map", entries.clone()).await.unwrap().is_error);
        assert!(eve.call("map", entries).await.unwrap().is_error);
        assert!(!eve.call("map", json!({"value": {"a": 1}})).await.unwrap().is_error);
    }
}

#[tokio::test]
async fn a_list_in_the_dialect_of_its_caller_is_private() {
    let scope = async |server: Server| {
        let server = TestServer::serve(server).await;
        let answer = server.json(server.modern(&modern(1, "tools/list", json!({})))).await;
        answer["result"]["cacheScope"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(scope(hard_cases()).await, "public");
    assert_eq!(scope(hard_cases().dialect(Dialect::Gemini)).await, "public");
    assert_eq!(scope(hard_cases().dialect_by(|_, _| Dialect::Gemini)).await, "private");
}

#[tokio::test]
async fn a_client_is_known_by_the_name_of_its_program() {
    let server = TestServer::serve(hard_cases().dialect_by(|_, client| Dialect::for_client(client))).await;
    let shown = async |dialect: Dialect| {
        let service = hard_cases().dialect(dialect).build().unwrap();
        listed(&service.client().await.unwrap())
            .await
            .into_iter()
            .map(|(_, schema)| schema)
            .collect::<Vec<_>>()
    };
    for (name, dialect) in [
        ("claude-code", Dialect::Claude),
        ("claude-ai", Dialect::Claude),
        ("Anthropic/ClaudeAI", Dialect::Claude),
        ("gemini-cli-mcp-client-demo", Dialect::Gemini),
        ("cursor-vscode", Dialect::Cursor),
        ("codex-mcp-client", Dialect::Common),
        ("my-claude", Dialect::Common),
        ("", Dialect::Common),
    ] {
        let mut message = modern(1, "tools/list", json!({}));
        message["params"]["_meta"]["io.modelcontextprotocol/clientInfo"] =
            json!({"name": name, "version": "1"});
        let answer = server.json(server.modern(&message)).await;
        let tools = answer["result"]["tools"].as_array().unwrap();
        let schemas: Vec<Value> = tools.iter().map(|tool| tool["inputSchema"].clone()).collect();
        assert_eq!(schemas, shown(dialect).await, "{name}");
    }
}
