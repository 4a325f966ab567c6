//! Types of other crates as arguments and results, each behind a feature, and maps and lists.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use disco_sdk::Base64;
use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::schema::Dialect;
use serde::Serialize;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::{problems, properties};
use crate::wire::check;

/// A visit.
#[derive(Serialize, JsonSchema)]
struct Visit {
    id: Uuid,
    page: Url,
    at: DateTime<Utc>,
    day: NaiveDate,
}

/// Notes a visit.
#[tool]
fn visit(id: Uuid, page: Url, at: DateTime<Utc>, day: NaiveDate) -> Visit {
    Visit { id, page, at, day }
}

/// Turns bytes round.
#[tool]
fn reverse(bytes: Base64, raw: Option<Bytes>) -> Json<Base64> {
    let raw = raw.unwrap_or_default();
    Json(bytes.iter().chain(raw.iter()).rev().copied().collect::<Vec<u8>>().into())
}

/// Adds up.
#[tool]
fn add_up(prices: HashMap<String, u32>, names: Vec<String>) -> BTreeMap<String, u32> {
    names.into_iter().filter_map(|name| prices.get(&name).map(|price| (name.clone(), *price))).collect()
}

/// What happened on a day.
#[resource("days://{day}")]
fn day(day: NaiveDate) -> Bytes {
    Bytes::from(day.to_string())
}

/// Asks what was seen.
#[prompt]
fn seen(page: Url, since: Option<NaiveDate>) -> String {
    format!("{} since {since:?}", page.host_str().unwrap_or_default())
}

// Their formats are looked at as they are written.
fn server() -> Server {
    let tools = tools![visit, reverse, add_up];
    Server::new("types", "1.0.0")
        .dialect(Dialect::Full)
        .with(tools)
        .with(resources![day])
        .with(prompts![seen])
}

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[disco_sdk::test(server = server(), reader = check)]
async fn they_are_described_by_their_formats_and_read_and_written(client: Client) -> Result<()> {
    let properties = properties(&client, "visit").await;
    for (name, format) in [("id", "uuid"), ("page", "uri"), ("at", "date-time"), ("day", "date")] {
        assert_eq!(properties[name], json!({"type": "string", "format": format}));
    }
    let visit =
        json!({"id": ID, "page": "https://a.example/b", "at": "2026-07-28T12:00:00Z", "day": "2026-07-28"});
    let noted = client.call("visit", visit.clone()).await?;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&noted.text()).expect("it is JSON"), visit);
    let read = client.read("days://2026-07-28").await?.contents.remove(0);
    assert_eq!(read.blob.as_deref(), Some("MjAyNi0wNy0yOA=="));
    let filled = client.prompt("seen", json!({"page": "https://a.example/b", "since": "2026-07-28"})).await?;
    assert_eq!(filled.messages, [PromptMessage::user("a.example since Some(2026-07-28)")]);
    Ok(())
}

#[disco_sdk::test(server = server(), reader = check)]
async fn what_is_none_of_them_is_told_with_an_example(client: Client) -> Result<()> {
    let wrong = json!({"id": "7", "page": "nowhere", "at": "today", "day": "2026-13-01"});
    let told = problems(&client, "visit", wrong).await;
    assert_eq!(told.len(), 4);
    for (problem, expected) in told.iter().zip(["a UUID", "a URI", "a date and time (RFC 3339)", "a date"]) {
        assert_eq!(problem["expected"], expected);
        assert!(problem["example"].is_string(), "{problem}");
    }
    Ok(())
}

#[tokio::test]
async fn bytes_are_base64_or_numbers() {
    let client = server().client().await.unwrap();
    let turned = client.call("reverse", json!({"bytes": "AQID", "raw": [4, 5]})).await.unwrap();
    assert_eq!(turned.structured_content, Some(json!("BQQDAgE=")));
    let told = problems(&client, "reverse", json!({"bytes": "?"})).await;
    assert_eq!(told[0]["expected"], "a string in base64");
    assert!(told[0]["wrong"].as_str().unwrap().starts_with("not base64"), "{told:?}");
}

#[tokio::test]
async fn maps_and_lists_are_arguments_and_results() {
    let client = server().client().await.unwrap();
    let bill = json!({"prices": {"tea": 3, "cake": 5}, "names": ["cake", "milk"]});
    let added = client.call("add_up", bill).await.unwrap();
    assert_eq!(added.structured_content, Some(json!({"cake": 5})));
    let told = problems(&client, "add_up", json!({"prices": {"tea": -1, "a/b": "x"}, "names": [1]})).await;
    let told: Vec<_> = told.iter().map(|problem| problem["pointer"].as_str().unwrap()).collect();
    assert_eq!(told, ["/prices/tea", "/prices/a~1b", "/names/0"]);
}
