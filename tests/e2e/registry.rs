//! The registry at run time: what is offered changes, and whoever wants to know hears of it.

use disco_sdk::Version;
use disco_sdk::prelude::*;
use disco_sdk::server::catalog::Provide as _;
use disco_tests::people;
use reqwest::header::ACCEPT;
use serde_json::{Value, json};
use tokio::process::Command;

use super::support::{Events, Process, TestServer, call, code, initialize, modern, modern_call};

/// Doubles a number.
#[tool]
fn double(number: i64) -> i64 {
    2 * number
}

/// Also called `double`.
#[tool(name = "double", type = OtherDouble)]
fn other_double(number: i64) -> i64 {
    number + number
}

/// Reads what is not there.
#[tool]
fn needy(db: State<String>) -> String {
    db.to_string()
}

/// A page.
#[resource("page://{number}")]
fn page(number: u32) -> String {
    format!("page {number}")
}

/// The cover.
#[resource("cover://book")]
fn cover() -> &'static str {
    "a cover"
}

/// Asks for a poem.
#[prompt]
fn poem() -> &'static str {
    "Write a poem."
}

fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text in {answer}"))
}

async fn tools(server: &TestServer) -> Vec<String> {
    let listed = server.json(server.modern(&modern(1, "tools/list", json!({})))).await;
    let tools = listed["result"]["tools"].as_array().unwrap().iter();
    tools.map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_added_is_served_at_once_and_what_is_removed_is_unknown_again() {
    let server = TestServer::start().await;
    let before = tools(&server).await;
    let ask = |method: &str, params: Value| server.json(server.modern(&modern(1, method, params)));
    let double = || ask("tools/call", json!({"name": "double", "arguments": {"number": 4}}));
    assert_eq!(code(&double().await), -32602);

    server.registry.add(tools![double]).unwrap();
    server.registry.add(resources![page, cover]).unwrap();
    server.registry.add(prompts![poem]).unwrap();
    assert_eq!(text(&double().await), "8");
    assert_eq!(
        ask("resources/read", json!({"uri": "page://7"})).await["result"]["contents"][0]["text"],
        "page 7"
    );
    assert_eq!(ask("prompts/get", json!({"name": "poem"})).await["result"]["messages"][0]["role"], "user");
    let mut expected = before.clone();
    expected.push("double".to_owned());
    assert_eq!(tools(&server).await, expected, "the order stays, and what is new comes last");
    assert_eq!(tools(&server).await, expected);

    let registry = &server.registry;
    assert!(registry.remove_tool("double") && !registry.remove_tool("double"));
    assert!(registry.remove_resource("page://{number}") && registry.remove_resource("cover://book"));
    assert!(registry.remove_prompt("poem") && !registry.remove_prompt("poem"));
    assert_eq!(code(&double().await), -32602);
    assert_eq!(code(&ask("resources/read", json!({"uri": "page://7"})).await), -32602);
    assert_eq!(tools(&server).await, before);
}

#[tokio::test]
async fn lists_that_change_are_told_by_themselves_in_both_eras() {
    let server = TestServer::start().await;
    let wanted = json!({"notifications": {"toolsListChanged": true, "resourcesListChanged": true}});
    let listen = modern("sub", "subscriptions/listen", wanted);
    let mut modern = Events::of(server.send(server.modern(&listen)).await);
    modern.message().await.unwrap();
    let session = server.open_session(Version::V2025_03_26).await;
    let get = server.client.get(server.url("/mcp")).header("mcp-session-id", &session);
    let mut legacy = Events::of(server.send(get.header(ACCEPT, "text/event-stream")).await);

    let method = |message: Value| message["method"].as_str().unwrap().replace("notifications/", "");
    server.registry.add(prompts![poem]).unwrap();
    assert_eq!(method(legacy.message().await.unwrap()), "prompts/list_changed");
    server.registry.add(resources![page]).unwrap();
    assert_eq!(method(legacy.message().await.unwrap()), "resources/list_changed");
    let told = modern.message().await.unwrap();
    assert_eq!(told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "sub");
    assert_eq!(method(told), "resources/list_changed", "of prompts it did not ask to hear");
    server.registry.remove_tool("add");
    assert_eq!(method(legacy.message().await.unwrap()), "tools/list_changed");
    assert_eq!(method(modern.message().await.unwrap()), "tools/list_changed");
}

#[tokio::test]
async fn a_handler_changes_the_registry_and_a_pipe_hears_of_it_in_both_eras() {
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
        Process::run(command.env("FIXTURE", "people").env_remove("PERSON"))
    };
    let mut process = start();
    let wanted = json!({"notifications": {"toolsListChanged": true}});
    process.ask(&modern("sub", "subscriptions/listen", wanted)).await;
    process.send(&modern_call(1, "learn", json!({}))).await;
    let mut heard = [process.message().await, process.message().await];
    heard.sort_by_key(|message| message["method"].is_null());
    assert_eq!(heard[0]["method"], "notifications/tools/list_changed");
    assert_eq!(text(&heard[1]), "learnt");
    assert_eq!(text(&process.ask(&modern_call(2, "later", json!({}))).await), "learnt");
    process.finish().await;

    let mut process = start();
    process.ask(&initialize(Version::V2025_11_25)).await;
    process.send(&call(1, "learn", json!({}))).await;
    let mut heard = [process.message().await, process.message().await];
    heard.sort_by_key(|message| message["method"].is_null());
    assert_eq!(
        heard[0],
        json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": {}})
    );
    process.send(&call(2, "forget", json!({}))).await;
    let mut heard = [process.message().await, process.message().await];
    heard.sort_by_key(|message| message["method"].is_null());
    assert_eq!(heard[0]["method"], "notifications/tools/list_changed");
    assert_eq!(code(&process.ask(&call(3, "later", json!({}))).await), -32602);
    process.finish().await;
}

#[tokio::test]
async fn a_change_that_would_not_build_changes_nothing_and_names_the_culprits() {
    let server = TestServer::start().await;
    let session = server.open_session(Version::V2025_11_25).await;
    let get = server.client.get(server.url("/mcp")).header("mcp-session-id", &session);
    let mut events = Events::of(server.send(get.header(ACCEPT, "text/event-stream")).await);
    server.registry.add(tools![double]).unwrap();
    assert_eq!(events.message().await.unwrap()["method"], "notifications/tools/list_changed");
    let before = tools(&server).await;

    let refused = server.registry.change(|catalog| {
        tools![OtherDouble, needy].provide(catalog);
        prompts![poem].provide(catalog);
    });
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("the registry cannot be changed so"), "{words}");
    assert!(words.contains("2 tools are named `double`: e2e::registry e2e::registry"), "{words}");
    assert!(words.contains("tool `needy` needs State<alloc::string::String>"), "{words}");
    assert_eq!(tools(&server).await, before);

    server.registry.remove_resource("config://server");
    assert_eq!(events.message().await.unwrap()["method"], "notifications/resources/list_changed");
}

#[tokio::test]
async fn what_looks_the_same_afterwards_is_told_to_nobody() {
    let server = TestServer::start().await;
    server.registry.add(tools![double]).unwrap();
    let session = server.open_session(Version::V2025_11_25).await;
    let get = server.client.get(server.url("/mcp")).header("mcp-session-id", &session);
    let mut events = Events::of(server.send(get.header(ACCEPT, "text/event-stream")).await);
    // The same name and looks with another handler behind them.
    let swap = server.registry.change(|catalog| {
        let old = catalog.tools.pop().unwrap();
        let description = old.info().description.clone().unwrap();
        tools![OtherDouble].provide(catalog);
        let new = catalog.tools.pop().unwrap();
        catalog.tools.push(new.with_description(description));
    });
    swap.unwrap();
    server.registry.add(prompts![poem]).unwrap();
    assert_eq!(events.message().await.unwrap()["method"], "notifications/prompts/list_changed");
    server.registry.change(|catalog| catalog.tools.reverse()).unwrap();
    assert_eq!(events.message().await.unwrap()["method"], "notifications/tools/list_changed");
}

#[tokio::test]
async fn a_call_under_way_ends_with_what_it_began_with() {
    let server = TestServer::start().await;
    let waiting = server.modern(&modern_call(1, "wait", json!({}))).send();
    let waiting = tokio::spawn(waiting);
    server.gate.reached().await;
    assert!(server.registry.remove_tool("wait"));
    assert_eq!(code(&server.json(server.modern(&modern_call(2, "wait", json!({})))).await), -32602);
    server.gate.open();
    let answer: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(text(&answer), "waited");
}

#[tokio::test]
async fn a_server_that_may_have_something_once_says_so_from_the_start() {
    let kinds = async |server: Server| {
        let service = server.build().unwrap();
        let mut known = Vec::new();
        for (version, method) in [(Version::LATEST, "server/discover"), (Version::V2025_11_25, "initialize")]
        {
            let client = service.client_in(version).await.unwrap();
            let params = initialize(version)["params"].clone();
            let capabilities = client.request(method, params).await.unwrap()["capabilities"].clone();
            known.push(["tools", "resources", "prompts"].map(|kind| capabilities.get(kind).is_some()));
        }
        assert_eq!(known[0], known[1]);
        known[0]
    };
    assert_eq!(kinds(Server::new("a", "1")).await, [false; 3]);
    assert_eq!(kinds(Server::new("a", "1").dynamic()).await, [true; 3]);

    // What there was once may come again: it stays declared, and can be listened to.
    let server = TestServer::serve(Server::new("a", "1").with(tools![double])).await;
    server.registry.remove_tool("double");
    let wanted = json!({"toolsListChanged": true, "promptsListChanged": true});
    let listen = modern(1, "subscriptions/listen", json!({"notifications": wanted}));
    let mut events = Events::of(server.send(server.modern(&listen)).await);
    let honoured = events.message().await.unwrap()["params"]["notifications"].clone();
    assert_eq!(honoured, json!({"toolsListChanged": true}));
    server.registry.add(tools![double]).unwrap();
    assert_eq!(events.message().await.unwrap()["method"], "notifications/tools/list_changed");
}

#[tokio::test]
async fn changes_from_many_threads_are_all_kept() {
    let service = people().build().unwrap();
    let registry = service.registry();
    let threads: Vec<_> = (0..8)
        .map(|thread| {
            let registry = registry.clone();
            std::thread::spawn(move || {
                for number in 0..10 {
                    let tool = tools![double].remove(0);
                    let handler = move |cx: &Context, raw: Option<&_>| tool.call(cx, raw);
                    let name = format!("tool-{thread}-{number}");
                    registry.add(disco_sdk::server::tool::Tool::new(name, handler)).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let client = service.client().await.unwrap();
    assert_eq!(client.tools().await.unwrap().len(), 3 + 80);
    let sum = client.call("tool-7-9", json!({"number": 3})).await.unwrap();
    assert_eq!(sum.text(), "6");
}
