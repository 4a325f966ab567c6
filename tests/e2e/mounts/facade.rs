//! Tools with another face.

use disco_sdk::Version;
use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use serde_json::{Value, json};

/// Searches.
#[tool(read_only)]
fn search(
    /// What to look for.
    #[arg(len(1..=20))]
    q: String,
    /// How many to find.
    #[arg(range(1..=100))]
    limit: u32,
    /// Where to begin.
    from: Option<u32>,
) -> String {
    format!("{limit} about {q} from {from:?}")
}

fn archive(change: impl FnOnce(disco_sdk::server::tool::Tool) -> disco_sdk::server::tool::Tool) -> Server {
    Server::new("archive", "1").with(tools![search]).tool("search", change)
}

async fn mounted() -> Client {
    let archive = archive(|tool| {
        let tool = tool.with_name("find").with_description("Finds.").with_renamed_argument("q", "words");
        tool.with_pinned_argument("limit", 10).with_hidden_argument("from")
    });
    Server::new("office", "1").mount("archive", archive).client_in(Version::LATEST).await.unwrap()
}

#[tokio::test]
async fn the_list_shows_the_face_and_the_tool_gets_what_it_knows() {
    let client = mounted().await;
    let listed = client.request("tools/list", json!({})).await.unwrap();
    let tool = &listed["tools"][0];
    assert_eq!((&tool["name"], &tool["description"]), (&json!("archive_find"), &json!("Finds.")));
    let properties = tool["inputSchema"]["properties"].as_object().unwrap();
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["words"]);
    assert_eq!(properties["words"]["description"], "What to look for.");
    assert_eq!(tool["inputSchema"]["required"], json!(["words"]));
    let found = client.call("archive_find", json!({"words": "Rust"})).await.unwrap();
    assert_eq!(found.text(), "10 about Rust from None");
}

async fn problems(client: &Client, arguments: Value) -> (String, Value) {
    let result = client.call("archive_find", arguments).await.unwrap();
    assert!(result.is_error, "{}", result.text());
    (result.text(), result.meta.unwrap()["dev.disco/error"]["problems"].clone())
}

#[tokio::test]
async fn what_is_wrong_is_told_in_the_words_of_the_face_all_at_once() {
    let client = mounted().await;
    let (text, wrong) = problems(&client, json!({"limit": 3, "q": "Rust", "wrods": "Rust"})).await;
    for (at, place, words) in [
        (0, "/limit", "no such argument; there are `words`"),
        (1, "/q", "no such argument; there are `words`"),
        (2, "/wrods", "no such argument; did you mean `words`?"),
        (3, "/words", "missing, expected a string of 1 to 20 characters"),
    ] {
        assert_eq!((&wrong[at]["pointer"], &wrong[at]["wrong"]), (&json!(place), &json!(words)), "{wrong}");
        assert!(text.contains(&format!("{place}: ")), "{text}");
    }
    assert_eq!(wrong.as_array().unwrap().len(), 4, "{wrong}");
    let (_, wrong) = problems(&client, json!({"words": 7, "words": ""})).await;
    assert_eq!(wrong[0]["pointer"], "/words", "{wrong}");
}

#[tokio::test]
async fn a_tool_gets_another_face_after_it_was_mounted_and_by_its_old_name_too() {
    /// Counts.
    #[tool(alias = "number")]
    fn count(to: u32, #[arg(default = 1)] by: u32) -> u32 {
        to / by
    }
    let sums = Server::new("sums", "1").with(tools![count]);
    let office = Server::new("office", "1").mount("sums", sums);
    let office = office.tool("sums_count", |tool| tool.with_pinned_argument("by", 5));
    let client = office.client().await.unwrap();
    for name in ["sums_count", "sums_number"] {
        assert_eq!(client.call(name, json!({"to": 10})).await.unwrap().text(), "2", "{name}");
        let told = client.call(name, json!({"to": 10, "by": 2})).await.unwrap().text();
        assert!(told.contains("/by: no such argument"), "{told}");
    }
    let listed = client.request("tools/list", json!({})).await.unwrap();
    assert_eq!(listed["tools"][0]["inputSchema"]["properties"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_can_be_given_to_another_argument_once_it_is_free() {
    let server =
        archive(|tool| tool.with_renamed_argument("from", "start").with_renamed_argument("limit", "from"));
    let client = server.client().await.unwrap();
    let found = client.call("search", json!({"q": "Rust", "from": 5, "start": 2})).await.unwrap();
    assert_eq!(found.text(), "5 about Rust from Some(2)");
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_blamed_on_the_server() {
    let client = archive(|tool| tool.with_pinned_argument("limit", 1000)).client().await.unwrap();
    let result = client.call("search", json!({"q": "Rust"})).await.unwrap();
    assert!(
        result.text().contains("/limit: given 1000, this server has set it to that, expected"),
        "{}",
        result.text()
    );
}

#[tokio::test]
async fn a_tool_can_be_taken_away() {
    let server = archive(|tool| tool).without_tool("search");
    let error = server.client().await.unwrap().call("search", json!({})).await.unwrap_err();
    assert!(error.message().contains("there is no tool"), "{error}");
}

#[test]
fn what_cannot_be_changed_is_named_by_build() {
    let words = |server: Server| server.build().unwrap_err().to_string();
    let told = words(archive(|tool| tool.with_hidden_argument("limit")));
    assert!(
        told.contains("tool `search`: the argument `limit` has to be sent and cannot be hidden: pin it"),
        "{told}"
    );
    let told = words(archive(|tool| tool.with_pinned_argument("limits", 1)));
    assert!(
        told.contains("there is no argument `limits` to be changed; there are `q`, `limit`, `from`"),
        "{told}"
    );
    let told = words(archive(|tool| tool.with_renamed_argument("q", "from")));
    assert!(told.contains("the argument `q` cannot be called `from`: there is one of this name"), "{told}");
    let told = words(archive(|tool| tool).tool("serach", |tool| tool));
    assert!(told.contains("there is no tool `serach` to be changed: did you mean `search`?"), "{told}");
    let told = words(Server::new("office", "1").mount("a", archive(|tool| tool).without_tool("find")));
    assert!(told.contains("mounted as `a`: there is no tool `find`"), "{told}");
}
