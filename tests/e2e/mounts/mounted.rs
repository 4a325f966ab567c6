//! `Server::mount`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use disco_sdk::client::Client;
use disco_sdk::layer::{self, Call, Next, ResponseLimit};
use disco_sdk::prelude::*;
use disco_sdk::{Caller, Version};
use serde_json::{Value, json};

use crate::support::{Events, TestServer, modern};

/// Whose notes these are.
struct Owner(&'static str);

/// Tells whose notes these are.
#[tool(read_only)]
fn whose(owner: State<Owner>) -> &'static str {
    owner.0
}

/// Links a note, embeds one, and links a page elsewhere.
#[tool]
fn links() -> Vec<Content> {
    let embedded = ResourceContents::text("note://8", "eight");
    vec![
        ResourceLink::new(note::uri(7), "seven").into(),
        Content::resource(embedded),
        ResourceLink::new("https://example.org/", "elsewhere").into(),
    ]
}

/// Says that a note has changed.
#[tool]
fn touch(cx: Context, id: u32) -> &'static str {
    cx.notifier().resource_updated(note::uri(id));
    "touched"
}

/// Empties the bin.
#[tool(destructive, audience = "admin")]
fn empty_bin() -> &'static str {
    "empty"
}

/// Sleeps.
#[tool]
async fn nap() -> &'static str {
    tokio::time::sleep(Duration::from_mins(1)).await;
    "rested"
}

/// A note.
#[resource("note://{id}")]
fn note(#[arg(complete = ids)] id: u32, owner: State<Owner>) -> String {
    format!("note {id} of {}", owner.0)
}

/// The first note.
#[resource("note://first")]
fn first() -> &'static str {
    "the first"
}

fn ids(owner: State<Owner>) -> Vec<String> {
    vec![format!("1 of {}", owner.0), "2".to_owned()]
}

/// Asks for a summary.
#[prompt]
fn summarize(#[arg(complete = ids)] id: String) -> Vec<PromptMessage> {
    let link: Content = ResourceLink::new(format!("note://{id}"), "note").into();
    vec![PromptMessage::user("Sum it up."), PromptMessage { role: Role::User, content: link }]
}

fn notes(owner: &'static str) -> Server {
    Server::new("notes", "1")
        .instructions("Notes are short.")
        .with(tools![whose, links, touch])
        .with(resources![note, first])
        .with(prompts![summarize])
        .state(Owner(owner))
}

/// Tells whose office it is.
#[tool]
fn whose_office(owner: State<Owner>) -> &'static str {
    owner.0
}

fn office() -> Server {
    Server::new("office", "1").with(tools![whose_office]).state(Owner("boss")).instructions("An office.")
}

async fn list(client: &Client, method: &str, member: &str, key: &str) -> Vec<String> {
    let result = client.request(method, json!({})).await.unwrap();
    let entries = result[member].as_array().unwrap_or_else(|| panic!("no {member} in {result}"));
    entries.iter().map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
}

async fn text(client: &Client, tool: &str) -> String {
    client.call(tool, json!({})).await.unwrap().text()
}

#[tokio::test]
async fn all_that_it_offers_has_the_prefix_and_its_own_state_in_every_revision() {
    for version in Version::ALL {
        let server = office().mount("ada", notes("ada")).mount("bob", notes("bob"));
        let client = server.client_in(version).await.unwrap();
        let tools =
            ["whose_office", "ada_whose", "ada_links", "ada_touch", "bob_whose", "bob_links", "bob_touch"];
        assert_eq!(list(&client, "tools/list", "tools", "name").await, tools, "{version}");
        let firsts = ["note://ada/first", "note://bob/first"];
        assert_eq!(list(&client, "resources/list", "resources", "uri").await, firsts);
        let templates = list(&client, "resources/templates/list", "resourceTemplates", "uriTemplate").await;
        assert_eq!(templates, ["note://ada/{id}", "note://bob/{id}"]);
        assert_eq!(
            list(&client, "prompts/list", "prompts", "name").await,
            ["ada_summarize", "bob_summarize"]
        );
        let owners = [
            text(&client, "whose_office").await,
            text(&client, "ada_whose").await,
            text(&client, "bob_whose").await,
        ];
        assert_eq!(owners, ["boss", "ada", "bob"]);
        let read = client.read("note://bob/7").await.unwrap();
        assert_eq!(
            (read.contents[0].uri.as_str(), read.contents[0].text.as_deref()),
            ("note://bob/7", Some("note 7 of bob"))
        );
        assert!(client.read("note://7").await.is_err());
    }
}

#[tokio::test]
async fn an_old_name_of_its_tools_has_the_prefix_too() {
    let once = tools![whose].into_iter().map(|tool| tool.with_alias("owner"));
    let notes = Server::new("notes", "1").with(once.collect::<Vec<_>>()).state(Owner("ada"));
    let client = office().mount("ada", notes).client().await.unwrap();
    assert_eq!(list(&client, "tools/list", "tools", "name").await, ["whose_office", "ada_whose"]);
    assert_eq!(text(&client, "ada_owner").await, "ada");
    assert!(client.call("owner", json!({})).await.is_err());
}

#[tokio::test]
async fn links_to_its_own_resources_lead_there_and_others_stay() {
    let client = office().mount("ada", notes("ada")).client().await.unwrap();
    let result = client.request("tools/call", json!({"name": "ada_links"})).await.unwrap();
    let content = &result["content"];
    assert_eq!(content[0]["uri"], "note://ada/7");
    assert_eq!(content[1]["resource"]["uri"], "note://ada/8");
    assert_eq!(content[2]["uri"], "https://example.org/");
    assert!(client.read(content[0]["uri"].as_str().unwrap()).await.is_ok());
    let arguments = json!({"name": "ada_summarize", "arguments": {"id": "7"}});
    let prompt = client.request("prompts/get", arguments).await.unwrap();
    assert_eq!(prompt["messages"][1]["content"]["uri"], "note://ada/7");
}

#[tokio::test]
async fn a_server_can_be_mounted_in_one_that_is_mounted() {
    let desk = Server::new("desk", "1").mount("ada", notes("ada")).state(Owner("desk"));
    let server = TestServer::serve(office().mount("desk", desk)).await;
    let call =
        |name: &str, arguments: Value| modern(1, "tools/call", json!({"name": name, "arguments": arguments}));
    let listen = json!({"notifications": {"resourceSubscriptions": ["note://desk/ada/7"]}});
    let mut events = Events::of(server.send(server.modern(&modern(9, "subscriptions/listen", listen))).await);
    events.next().await.unwrap();
    let answer = server.json(server.modern(&call("desk_ada_links", json!({})))).await;
    assert_eq!(answer["result"]["content"][0]["uri"], "note://desk/ada/7", "{answer}");
    let answer = server.json(server.modern(&call("desk_ada_whose", json!({})))).await;
    assert_eq!(answer["result"]["content"][0]["text"], "ada");
    server.json(server.modern(&call("desk_ada_touch", json!({"id": 7})))).await;
    let (_, event) = events.next().await.unwrap();
    assert!(
        event.contains("notifications/resources/updated") && event.contains("note://desk/ada/7"),
        "{event}"
    );
}

#[tokio::test]
async fn completions_know_the_mounted_state() {
    let client = office().mount("ada", notes("ada")).client().await.unwrap();
    for reference in [
        json!({"type": "ref/prompt", "name": "ada_summarize"}),
        json!({"type": "ref/resource", "uri": "note://ada/{id}"}),
    ] {
        let params = json!({"ref": reference, "argument": {"name": "id", "value": ""}});
        let result = client.request("completion/complete", params).await.unwrap();
        assert_eq!(result["completion"]["values"], json!(["1 of ada", "2"]), "{reference}");
    }
}

#[tokio::test]
async fn each_says_who_belongs_to_its_own_audiences_or_leaves_it_to_the_one_around_it() {
    let by_scope = |scope: &'static str| move |caller: &Caller| caller.has_scope(scope).then_some("admin");
    let with_bin = || Server::new("bin", "1").with(tools![empty_bin]);
    let service = Server::new("office", "1")
        .with(tools![empty_bin])
        .audiences(by_scope("office"))
        .mount("own", with_bin().audiences(by_scope("bin")))
        .mount("none", with_bin())
        .mount("deep", Server::new("deep", "1").mount("own", with_bin().audiences(by_scope("deep"))))
        .build()
        .unwrap();
    for (scope, visible) in [
        ("office", vec!["empty_bin", "none_empty_bin"]),
        ("bin", vec!["own_empty_bin"]),
        ("deep", vec!["deep_own_empty_bin"]),
        ("nothing", vec![]),
    ] {
        let caller = Caller::new("test", "somebody").with_scopes([scope]);
        let client = service.client_as(caller, Version::LATEST).await.unwrap();
        assert_eq!(list(&client, "tools/list", "tools", "name").await, visible, "{scope}");
        assert_eq!(client.call("own_empty_bin", json!({})).await.is_ok(), scope == "bin", "{scope}");
    }
}

#[tokio::test]
async fn its_instructions_follow_and_an_empty_prefix_changes_no_name() {
    let client = office().mount("", notes("ada")).client().await.unwrap();
    let discovered = client.request("server/discover", json!({})).await.unwrap();
    assert_eq!(discovered["instructions"], "An office.\n\nNotes are short.");
    assert_eq!(text(&client, "whose").await, "ada");
    assert!(client.read("note://7").await.is_ok());
}

/// A bed.
#[resource("bed://one")]
async fn bed() -> &'static str {
    tokio::time::sleep(Duration::from_mins(1)).await;
    "made"
}

/// Sings.
#[prompt]
async fn lullaby() -> &'static str {
    tokio::time::sleep(Duration::from_mins(1)).await;
    "la"
}

#[tokio::test(start_paused = true)]
async fn its_time_limit_comes_along() {
    let naps = || Server::new("naps", "1").with(tools![nap]).with(resources![bed]).with(prompts![lullaby]);
    let limited = naps().timeout(Duration::from_secs(1));
    // What is mounted further outside has more time, and that changes nothing.
    let limited = Server::new("house", "1").timeout(Duration::from_mins(2)).mount("naps", limited);
    let client = office().mount("house", limited).mount("free", naps()).client().await.unwrap();
    assert!(text(&client, "house_naps_nap").await.contains("TIMED_OUT"));
    let late = [
        client.read("bed://house/naps/one").await.unwrap_err(),
        client.prompt("house_naps_lullaby", json!({})).await.unwrap_err(),
    ];
    assert!(late.iter().all(|error| error.data()["code"] == "TIMED_OUT" && error.message().contains("1s")));
    assert_eq!(text(&client, "free_nap").await, "rested");
    assert!(client.read("bed://free/one").await.is_ok());
}

#[tokio::test]
async fn its_layers_see_its_state_behind_those_of_the_server_around_it() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let noting = |who: &'static str| {
        let seen = Arc::clone(&seen);
        layer::from_fn(move |call: Call, next: Next| {
            let owner = call.context().state::<Owner>().map_or("nobody", |owner| owner.0);
            seen.lock().unwrap().push(format!("{who} sees {owner}"));
            next.run(call)
        })
    };
    let limited = notes("ada").layer(noting("ada")).response_limit(ResponseLimit::new(2));
    let client = office().layer(noting("office")).mount("ada", limited).client().await.unwrap();
    let result = client.request("tools/call", json!({"name": "ada_whose"})).await.unwrap();
    assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), ["office sees boss", "ada sees ada"]);
    let uri = result["content"][2]["uri"].as_str().unwrap();
    assert!(uri.starts_with("disco://ada/results/"), "{result}");
    assert_eq!(client.read(uri).await.unwrap().contents[0].text.as_deref(), Some("ada"));
    let links = client.request("tools/call", json!({"name": "ada_links"})).await.unwrap();
    assert_eq!(links["content"][0]["uri"], "note://ada/7", "{links}");
}

#[tokio::test]
async fn every_tool_of_it_can_be_called_over_http_with_the_name_that_the_list_has() {
    let server = TestServer::serve(office().mount("ada", notes("ada"))).await;
    let listed = server.json(server.modern(&modern(1, "tools/list", json!({})))).await;
    let names: BTreeSet<&str> = listed["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    for name in names {
        let arguments = if name == "ada_touch" { json!({"id": 1}) } else { json!({}) };
        let message = modern(2, "tools/call", json!({"name": name, "arguments": arguments}));
        let answer = server.json(server.modern(&message)).await;
        assert!(answer["result"]["isError"].is_null() && answer["result"].is_object(), "{name}: {answer}");
    }
}

fn words(server: Server) -> String {
    server.build().unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_told_with_the_mount_that_it_came_with() {
    let stateless = || Server::new("stateless", "1").with(tools![whose]);
    let told = words(office().mount("a", stateless()));
    assert!(
        told.contains("tool `a_whose` (mounted as `a`) needs State<")
            && told.contains("to the mounted server"),
        "{told}"
    );
    let told = words(office().mount("b", Server::new("b", "1").mount("a", stateless())));
    assert!(told.contains("tool `b_a_whose` (mounted as `b/a`) needs State<"), "{told}");
    let told = words(office().mount("a", notes("ada")).mount("a", notes("bob")));
    assert!(told.contains("2 tools are named `a_whose`: e2e::mounts::mounted (mounted as `a`) e2e::mounts::mounted (mounted as `a`)"), "{told}");
    assert!(told.contains("(mounted as `a`) both fit `note://a/"), "{told}");
    let told = words(office().mount("a b", notes("ada")));
    assert!(told.contains("\"a b\"") && told.contains("contains ' '"), "{told}");
    let told = words(office().mount("x".repeat(125), notes("ada")));
    assert!(
        told.contains("_whose` (mounted as `xxx") && told.contains("131 characters with the prefix"),
        "{told}"
    );
    let told = words(office().mount("a", Server::new("bin", "1").with(tools![empty_bin])));
    assert!(told.contains("tool `a_empty_bin` (mounted as `a`) is for the audience `admin`"), "{told}");
}
