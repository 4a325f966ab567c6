//! `Server::response_limit`.

use std::time::Duration;

use disco_sdk::layer::ResponseLimit;
use disco_sdk::prelude::*;
use disco_sdk::{Caller, Image, Version};
use serde_json::{Value, json};
use tokio::time::advance;

use crate::support::{TestServer, modern, modern_call};

/// Repeats a letter.
#[tool]
fn repeat(letter: char, times: usize) -> String {
    letter.to_string().repeat(times)
}

/// Counts.
#[tool]
fn count(to: u32) -> Json<Vec<u32>> {
    Json((0..to).collect())
}

/// A few words and a picture.
#[tool]
fn album(bytes: usize) -> Vec<Content> {
    vec![Content::text("a picture"), Image::new(vec![7; bytes], "image/png").into()]
}

fn server() -> Server {
    let limit = ResponseLimit::new(100).keep(Duration::from_mins(1)).kept_bytes(2000);
    Server::new("long", "1").with(tools![repeat, count, album]).response_limit(limit)
}

fn link(result: &Value) -> &str {
    let content = result["content"].as_array().unwrap();
    let link = content.iter().find(|block| block["type"] == "resource_link");
    link.unwrap_or_else(|| panic!("no link in {result}"))["uri"].as_str().unwrap()
}

#[tokio::test]
async fn a_long_text_is_shown_by_its_ends_and_its_link_has_all_of_it() {
    let server = TestServer::serve(server()).await;
    let call = json!({"letter": "x", "times": 1000});
    let answer = server.json(server.modern(&modern_call(1, "repeat", call))).await;
    let result = &answer["result"];
    let shown = result["content"][0]["text"].as_str().unwrap();
    let expected = format!("{}\n[... 900 bytes are left out here ...]\n{}", "x".repeat(75), "x".repeat(25));
    assert_eq!(shown, expected);
    assert!(result["isError"].is_null(), "{result}");
    assert!(result["content"][1]["text"].as_str().unwrap().contains("has 1000 bytes"), "{result}");
    assert_eq!(result["content"][2]["size"], 1000);
    let read = server.json(server.modern(&modern(2, "resources/read", json!({"uri": link(result)})))).await;
    let contents = &read["result"]["contents"][0];
    assert_eq!(contents["text"].as_str().unwrap(), "x".repeat(1000));
    assert_eq!((&contents["uri"], &contents["mimeType"]), (&json!(link(result)), &json!("text/plain")));
    let short = json!({"letter": "x", "times": 100});
    let answer = server.json(server.modern(&modern_call(3, "repeat", short))).await;
    assert_eq!(answer["result"]["content"].as_array().unwrap().len(), 1, "{answer}");
}

#[tokio::test]
async fn what_has_to_fit_a_schema_becomes_a_failure_that_says_where_the_rest_is() {
    for version in Version::ALL {
        let client = server().client_in(version).await.unwrap();
        let result = client.request("tools/call", json!({"name": "count", "arguments": {"to": 200}})).await;
        let result = result.unwrap();
        assert_eq!(result["isError"], true, "{version}: {result}");
        assert!(result["structuredContent"].is_null());
        let words = result["content"][0]["text"].as_str().unwrap();
        assert!(words.contains("RESULT_TOO_LARGE") && words.contains("has done its work"), "{words}");
        let uri = words.split_once("disco://").unwrap().1.split_once(',').unwrap().0;
        let whole = client.read(&format!("disco://{uri}")).await.unwrap();
        let numbers: Vec<u32> = serde_json::from_str(whole.contents[0].text.as_ref().unwrap()).unwrap();
        assert_eq!(numbers.len(), 200, "{version}");
    }
}

#[tokio::test]
async fn a_picture_that_is_too_large_is_only_linked() {
    let client = server().client().await.unwrap();
    let result = client.request("tools/call", json!({"name": "album", "arguments": {"bytes": 300}})).await;
    let result = result.unwrap();
    let kinds: Vec<&Value> =
        result["content"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["text", "text", "resource_link"], "{result}");
    assert_eq!(result["content"][0]["text"], "a picture");
    let whole = client.read(link(&result)).await.unwrap().contents;
    assert_eq!(whole[0].text.as_deref(), Some("a picture"));
    assert_eq!(
        (whole[1].mime_type.as_deref(), whole[1].blob.as_ref().map(String::len)),
        (Some("image/png"), Some(400))
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_kept_for_its_caller_for_a_while_and_as_long_as_there_is_room() {
    let service = server().build().unwrap();
    let client = async |name| service.client_as(Caller::new("test", name), Version::LATEST).await.unwrap();
    let (ada, bob) = (client("ada").await, client("bob").await);
    let long = async |times: usize| {
        let arguments = json!({"letter": "x", "times": times});
        ada.request("tools/call", json!({"name": "repeat", "arguments": arguments})).await.unwrap()
    };
    let first = long(1500).await;
    assert!(ada.read(link(&first)).await.is_ok());
    let error = bob.read(link(&first)).await.unwrap_err();
    assert!(error.message().contains("resource not found"), "{error}");
    let second = long(600).await;
    assert!(ada.read(link(&first)).await.is_err(), "there is no room for both");
    assert!(ada.read(link(&second)).await.is_ok());
    advance(Duration::from_mins(1)).await;
    assert!(ada.read(link(&second)).await.is_err(), "its time is over");
    let lost = long(3000).await;
    let words = lost["content"][1]["text"].as_str().unwrap();
    assert!(words.contains("the rest is lost") && lost["content"].as_array().unwrap().len() == 2, "{lost}");
}
