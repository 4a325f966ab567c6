//! The members of a family, where something names them.

use std::sync::Mutex;

use disco_sdk::client::Client;
use disco_sdk::prelude::*;
use disco_sdk::{Annotations, Limits, Version};
use serde_json::{Value, json};

use crate::support::{TestServer, modern, request};
use crate::wire::Schema;

struct Titles(Mutex<Vec<&'static str>>);

async fn titles(cx: Context, caller: Caller, titles: State<Titles>) -> Result<Vec<ResourceLink>> {
    tokio::task::yield_now().await;
    let all = titles.0.lock().unwrap().clone();
    let owner = caller.subject().unwrap_or("nobody");
    assert!(!cx.is_cancelled());
    Ok((0..).zip(all).map(|(id, title)| ResourceLink::new(book::uri(owner, id), title)).collect())
}

/// A book of somebody.
#[resource("book://{owner}/{id}", list = titles, mime_type = "text/x-book",
    annotations = Annotations::default().with_priority(0.5))]
fn book(owner: String, id: usize, titles: State<Titles>) -> Option<String> {
    let titles = titles.0.lock().unwrap();
    titles.get(id).map(|title| format!("{title} of {owner}"))
}

/// The shelf.
#[resource("shelf://one")]
fn shelf() -> &'static str {
    "a shelf"
}

/// Names what is none of its own.
#[resource("odd://{id}", list = strangers)]
fn odd(id: String) -> String {
    id
}

fn strangers() -> Vec<ResourceLink> {
    vec![ResourceLink::new("other://1", "a stranger")]
}

struct Drawer(Vec<&'static str>);

#[handlers]
impl Drawer {
    /// A thing in the drawer.
    #[resource("drawer://{name}", list = Self::things)]
    fn thing(&self, #[arg(complete = Self::names)] name: String) -> Option<String> {
        self.0.contains(&name.as_str()).then(|| format!("the {name}"))
    }

    async fn things(&self, cx: Context) -> Vec<ResourceLink> {
        tokio::task::yield_now().await;
        let size = u64::from(!cx.is_cancelled());
        let things = self.0.iter();
        things.map(|name| ResourceLink::new(Self::thing_uri(*name), *name).with_size(size)).collect()
    }

    fn names(&self, typed: String) -> Vec<&'static str> {
        self.0.iter().copied().filter(|name| name.starts_with(&typed)).collect()
    }
}

fn server() -> Server {
    Server::new("books", "1")
        .limits(Limits { page: 2, ..Limits::default() })
        .state(Titles(Mutex::new(vec!["Emma", "Persuasion"])))
        .with(resources![book, shelf])
        .with(Drawer(vec!["fork", "knife"]))
        .caller(|parts| parts.header("x-person").map(|name| Caller::new("tests", name)))
}

#[disco_sdk::test(server = server())]
async fn the_members_of_a_family_are_listed_page_by_page(
    client: Client,
    version: Version,
    titles: State<Titles>,
) -> Result<()> {
    let schema = Schema::of(version);
    let page = async |cursor: &Value| {
        let params = if cursor.is_null() { json!({}) } else { json!({"cursor": cursor}) };
        let page = client.request("resources/list", params).await.unwrap();
        schema.check("ListResourcesResult", &page);
        assert!(page.get("cacheScope").is_none_or(|scope| scope == "private"), "it is one caller's");
        page
    };
    let uris = |page: &Value| -> Vec<String> {
        let resources = page["resources"].as_array().unwrap();
        resources.iter().map(|resource| resource["uri"].as_str().unwrap().to_owned()).collect()
    };
    let first = page(&Value::Null).await;
    assert_eq!(uris(&first), ["book://nobody/0", "book://nobody/1"]);
    let emma = &first["resources"][0];
    assert_eq!((&emma["name"], &emma["mimeType"]), (&json!("Emma"), &json!("text/x-book")));
    assert_eq!(emma["annotations"]["priority"], 0.5, "what a link does not say is said of the family");
    let second = page(&first["nextCursor"]).await;
    assert_eq!(uris(&second), ["shelf://one", "drawer://fork"]);
    assert_eq!(second["resources"][1]["size"], 1);
    let last = page(&second["nextCursor"]).await;
    assert_eq!((uris(&last), last.get("nextCursor")), (vec!["drawer://knife".to_owned()], None));

    titles.0.lock().unwrap().push("Sanditon");
    let all = client.resources().await?;
    assert_eq!((all.len(), all[2].name.as_str()), (6, "Sanditon"));
    for resource in all {
        let read = client.read(&resource.uri).await?;
        assert!(
            read.contents[0].text.as_deref().unwrap().contains(resource.name.as_str())
                || resource.name == "shelf"
        );
    }
    assert_eq!(client.resource_templates().await?.len(), 2);
    Ok(())
}

#[disco_sdk::test(server = server(), since = V2025_03_26, transports(memory))]
async fn a_method_of_the_value_completes(client: Client) -> Result<()> {
    let params = serde_json::from_value(json!({
        "ref": {"type": "ref/resource", "uri": "drawer://{name}"}, "argument": {"name": "name", "value": "k"},
    }))?;
    assert_eq!(client.complete(&params).await?.values, ["knife"]);
    Ok(())
}

#[tokio::test]
async fn a_list_knows_who_calls() {
    let server = TestServer::serve(server()).await;
    for message in [modern(1, "resources/list", json!({})), request(1, "resources/list", json!({}))] {
        let is_modern = message["params"].get("_meta").is_some();
        let sent = if is_modern { server.modern(&message) } else { server.post(message.to_string()) };
        let page = server.json(sent.header("x-person", "ada")).await;
        assert_eq!(page["result"]["resources"][0]["uri"], "book://ada/0", "{page}");
    }
}

#[disco_sdk::test(server = Server::new("odd", "1").with(resources![odd]), transports(memory))]
async fn a_list_that_names_a_stranger_fails_and_says_so(client: Client) -> Result<()> {
    let error = client.resources().await.unwrap_err();
    assert_eq!(error.code().0, -32603);
    assert!(error.message().contains("`odd://{id}` names `other://1`"), "{error}");
    Ok(())
}

#[test]
fn state_that_only_a_list_needs_is_missed_when_the_server_is_built() {
    let words = Server::new("books", "1").with(resources![book]).build().unwrap_err().to_string();
    assert!(words.contains("needs State<e2e::uris::lists::Titles>"), "{words}");
}
