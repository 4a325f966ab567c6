//! Structs whose members stand among the arguments.

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::{problems, properties};
use crate::wire::check;

/// Which part of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
struct Page {
    /// How many to skip.
    #[serde(default)]
    offset: u32,
    /// How many to show.
    limit: Option<u32>,
}

/// What to look for.
#[derive(Debug, Deserialize, JsonSchema)]
struct Filter {
    /// A word in it.
    word: String,
    #[serde(flatten)]
    page: Page,
}

/// Searches.
#[tool(read_only)]
fn search(place: String, #[arg(flatten)] filter: Filter) -> String {
    format!("{place}: {} from {} to {:?}", filter.word, filter.page.offset, filter.page.limit)
}

/// Lists.
#[tool(read_only)]
fn list(#[arg(flatten)] page: Option<Page>, #[arg(default)] loud: bool) -> String {
    format!("{page:?} {loud}")
}

/// Counts, with a struct that has a flattened one inside.
#[tool(read_only)]
fn count(filter: Filter) -> u32 {
    filter.page.offset
}

/// Takes anything.
#[tool]
fn anything(#[arg(flatten)] rest: std::collections::HashMap<String, i64>) -> usize {
    rest.len()
}

/// Takes one name twice.
#[tool]
fn twice(limit: u32, #[arg(flatten)] page: Page) -> u32 {
    limit + page.offset
}

fn server() -> Server {
    Server::new("flat", "1.0.0").with(tools![search, list, count])
}

#[disco_sdk::test(server = server(), reader = check)]
async fn members_stand_among_the_arguments(client: Client) -> Result<()> {
    let properties = properties(&client, "search").await;
    let names: Vec<_> = properties.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["place", "word", "offset", "limit"]);
    assert_eq!(properties["word"]["description"], "A word in it.");
    let tools = client.tools().await?;
    let required = |name: &str| {
        let tool = tools.iter().find(|tool| tool.name == name).expect("listed");
        tool.input_schema["required"].clone()
    };
    assert_eq!(required("search"), json!(["place", "word"]));
    assert_eq!(required("list"), json!(null));
    let found = client.call("search", json!({"word": "sea", "limit": 3, "place": "poems"})).await?;
    assert_eq!(found.text(), "poems: sea from 0 to Some(3)");
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_them_is_told_by_their_own_names() {
    let client = server().client().await.unwrap();
    let told = problems(&client, "search", json!({"place": "p", "limit": "x", "ofset": 1})).await;
    let told: Vec<_> = told.iter().map(|problem| problem["pointer"].as_str().unwrap()).collect();
    assert_eq!(told, ["/ofset", "/limit", "/word"]);
    let told = problems(&client, "search", json!({"place": "p"})).await;
    assert_eq!((told.len(), told[0]["pointer"].as_str()), (1, Some("/word")));
}

#[tokio::test]
async fn an_optional_one_is_there_when_one_of_its_members_is() {
    let client = server().client().await.unwrap();
    assert_eq!(client.call("list", json!({})).await.unwrap().text(), "None false");
    let some = client.call("list", json!({"limit": 2, "loud": true})).await.unwrap().text();
    assert_eq!(some, "Some(Page { offset: 0, limit: Some(2) }) true");
}

#[tokio::test]
async fn serde_flattens_inside_of_an_argument() {
    let client = server().client().await.unwrap();
    let filter = properties(&client, "count").await["filter"].clone();
    assert_eq!(filter["properties"]["offset"]["description"], "How many to skip.");
    let counted = client.call("count", json!({"filter": {"word": "a", "offset": 7}})).await.unwrap();
    assert_eq!(counted.text(), "7");
    let told = problems(&client, "count", json!({"filter": {"word": "a", "ofset": 7}})).await;
    assert_eq!((told.len(), told[0]["pointer"].as_str()), (1, Some("/filter/ofset")));
}

#[tokio::test]
async fn what_cannot_be_flattened_is_found_when_the_server_is_built() {
    let error = Server::new("wrong", "1").with(tools![anything]).build().unwrap_err();
    assert!(error.message().contains("`rest`: only a struct whose members are all known"), "{error}");
    let error = Server::new("wrong", "1").with(tools![twice]).build().unwrap_err();
    assert!(error.message().contains("two arguments are called `limit`"), "{error}");
}
