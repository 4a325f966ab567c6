//! Visibility: what an audience may not see does not exist for it.

use disco_sdk::prelude::*;
use disco_sdk::{Caller, Version};
use disco_tests::people;
use serde_json::{Value, json};

use super::support::{Events, TestServer, modern, modern_call, request};

/// What nobody is shown who is not an admin.
fn without_secrets(server: &TestServer) {
    let registry = &server.registry;
    assert!(registry.remove_tool("purge") && registry.remove_tool("answer"));
    assert!(registry.remove_resource("public://plans") && registry.remove_resource("secret://{name}/diary"));
    assert!(registry.remove_prompt("plot"));
}

fn names(result: &Value, list: &str, member: &str) -> Vec<String> {
    let entries = result[list].as_array().unwrap_or_else(|| panic!("no {list} in {result}"));
    entries.iter().map(|entry| entry[member].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_audience_has_its_own_lists_in_every_revision() {
    let service = people().build().unwrap();
    for version in Version::ALL {
        for (scopes, tools, resources, templates, prompts) in [
            (vec![], vec!["whoami", "learn", "forget"], vec!["public://news"], 1, vec!["greet"]),
            (
                vec!["admin"],
                vec!["whoami", "purge", "learn", "forget"],
                vec!["public://news", "public://plans"],
                2,
                vec!["greet", "plot"],
            ),
            (
                vec!["support", "unheard-of"],
                vec!["whoami", "answer", "learn", "forget"],
                vec!["public://news"],
                1,
                vec!["greet"],
            ),
            (
                vec!["support", "admin"],
                vec!["whoami", "purge", "answer", "learn", "forget"],
                vec!["public://news", "public://plans"],
                2,
                vec!["greet", "plot"],
            ),
        ] {
            let caller = Caller::new("test", "somebody").with_scopes(scopes);
            let client = service.client_as(caller, version).await.unwrap();
            let list = async |method: &str| client.request(method, json!({})).await.unwrap();
            assert_eq!(names(&list("tools/list").await, "tools", "name"), tools, "{version}");
            assert_eq!(names(&list("resources/list").await, "resources", "uri"), resources);
            let listed = list("resources/templates/list").await;
            assert_eq!(listed["resourceTemplates"].as_array().unwrap().len(), templates);
            assert_eq!(names(&list("prompts/list").await, "prompts", "name"), prompts);
        }
    }
}

#[tokio::test]
async fn what_is_hidden_is_answered_byte_by_byte_like_what_never_was() {
    let full = TestServer::serve(people()).await;
    let bare = TestServer::serve(people()).await;
    without_secrets(&bare);
    let complete = |reference: Value| {
        let argument = json!({"name": "name", "value": ""});
        json!({"ref": reference, "argument": argument})
    };
    let asks = [
        ("tools/call", json!({"name": "purge", "arguments": {"place": "here"}})),
        ("tools/call", json!({"name": "purge", "arguments": {}})),
        ("tools/call", json!({"name": "purg"})),
        ("tools/call", json!({"name": "answer"})),
        ("resources/read", json!({"uri": "public://plans"})),
        ("resources/read", json!({"uri": "secret://ada/diary"})),
        ("prompts/get", json!({"name": "plot", "arguments": {"name": "eve"}})),
        ("prompts/get", json!({"name": "plot"})),
        ("completion/complete", complete(json!({"type": "ref/prompt", "name": "plot"}))),
        ("completion/complete", complete(json!({"type": "ref/resource", "uri": "secret://{name}/diary"}))),
        ("completion/complete", complete(json!({"type": "ref/resource", "uri": "public://plans"}))),
    ];
    for (method, params) in asks {
        for person in [None, Some("support")] {
            let mut answers = Vec::new();
            for server in [&full, &bare] {
                for message in [modern(1, method, params.clone()), request(1, method, params.clone())] {
                    let is_modern = message["params"].get("_meta").is_some();
                    let mut post =
                        if is_modern { server.modern(&message) } else { server.post(message.to_string()) };
                    if let Some(scopes) = person {
                        post = post.header("x-person", "ada").header("x-scopes", scopes);
                    }
                    let answer = server.send(post).await;
                    answers.push((answer.status(), answer.text().await.unwrap()));
                }
            }
            // The one sees what is for support; that is no secret to it.
            if !(person.is_some() && params["name"] == "answer") {
                assert_eq!(answers[..2], answers[2..], "{method} {params}");
            }
        }
    }
    // The admin is served, so the requests themselves are right.
    let mut purge = full.modern(&modern_call(1, "purge", json!({"place": "here"})));
    purge = purge.header("x-person", "root").header("x-scopes", "admin").header("mcp-param-place", "here");
    let purged = full.json(purge).await;
    assert_eq!(purged["result"]["content"][0]["text"], "here is empty", "{purged}");
}

#[tokio::test]
async fn nobody_subscribes_to_what_it_cannot_see() {
    let full = TestServer::serve(people()).await;
    let bare = TestServer::serve(people()).await;
    without_secrets(&bare);
    let uris = ["public://news", "secret://ada/diary"];
    let mut acknowledged = Vec::new();
    for server in [&full, &bare] {
        let listen =
            modern(1, "subscriptions/listen", json!({"notifications": {"resourceSubscriptions": uris}}));
        let mut events = Events::of(server.send(server.modern(&listen)).await);
        acknowledged.push(events.next().await.unwrap().1);
        let session = server.open_session(Version::V2025_06_18).await;
        let subscribe = request(1, "resources/subscribe", json!({"uri": uris[1]}));
        acknowledged.push(server.send(server.in_session(&session, &subscribe)).await.text().await.unwrap());
    }
    assert_eq!(acknowledged[..2], acknowledged[2..]);
    assert!(!acknowledged[0].contains("secret"), "{acknowledged:?}");
}

#[tokio::test]
async fn a_list_that_depends_on_the_caller_is_private_on_every_page_and_any_other_public() {
    let server = TestServer::serve(people()).await;
    let scope = async |method: &str| {
        let answer = server.json(server.modern(&modern(1, method, json!({})))).await;
        answer["result"]["cacheScope"].as_str().unwrap_or_default().to_owned()
    };
    for method in
        ["tools/list", "resources/list", "resources/templates/list", "prompts/list", "server/discover"]
    {
        assert_eq!(scope(method).await, "private", "{method}");
    }
    server.registry.remove_prompt("plot");
    assert_eq!(scope("prompts/list").await, "public");
    assert_eq!(scope("tools/list").await, "private");
    without_secrets_but_prompts(&server);
    for method in ["tools/list", "resources/list", "resources/templates/list", "server/discover"] {
        assert_eq!(scope(method).await, "public", "{method}");
    }
}

fn without_secrets_but_prompts(server: &TestServer) {
    let registry = &server.registry;
    for name in ["purge", "answer"] {
        assert!(registry.remove_tool(name));
    }
    for uri in ["public://plans", "secret://{name}/diary"] {
        assert!(registry.remove_resource(uri));
    }
}

/// Only for admins.
#[tool(audience = "admin")]
fn shred() -> &'static str {
    "shredded"
}

/// For all.
#[prompt]
fn thank() -> &'static str {
    "Say thanks."
}

#[tokio::test]
async fn a_change_is_told_to_those_who_can_see_it() {
    let server = TestServer::serve(people()).await;
    let all = json!({"toolsListChanged": true, "promptsListChanged": true, "resourcesListChanged": true});
    let listen = modern("sub", "subscriptions/listen", json!({"notifications": all}));
    let mut streams = Vec::new();
    for scopes in ["", "support", "admin"] {
        let post = server.modern(&listen).header("x-person", "ada").header("x-scopes", scopes);
        let mut events = Events::of(server.send(post).await);
        assert_eq!(events.message().await.unwrap()["method"], "notifications/subscriptions/acknowledged");
        streams.push(events);
    }
    server.registry.add(tools![shred]).unwrap();
    let told = streams[2].message().await.unwrap();
    assert_eq!(told["method"], "notifications/tools/list_changed");
    server.registry.add(prompts![thank]).unwrap();
    for stream in &mut streams {
        let told = stream.message().await.unwrap();
        assert_eq!(told["method"], "notifications/prompts/list_changed");
    }
    server.registry.remove_tool("answer");
    let told = streams[1].message().await.unwrap();
    assert_eq!(told["method"], "notifications/tools/list_changed");
    server.stop.now();
    for mut stream in [streams.remove(0), streams.remove(1)] {
        assert_eq!(stream.message().await.unwrap()["id"], "sub", "nothing else was told");
    }
}

#[test]
fn an_audience_that_nobody_explains_is_refused_at_build() {
    let words = Server::new("a", "1").with(tools![shred]).build().unwrap_err().to_string();
    assert!(words.contains("tool `shred` is for the audience `admin`"), "{words}");
    assert!(words.contains(".audiences("), "{words}");
    let many = (0..65).map(|number| {
        let handler = |_: &Context, _: Option<&_>| -> disco_sdk::BoxFuture<'static, Result<ToolOutput>> {
            Box::pin(async { Ok(ToolOutput::text("")) })
        };
        let tool = disco_sdk::server::tool::Tool::new(format!("t{number}"), handler);
        tool.with_audience(format!("audience {number}"))
    });
    let server = Server::new("a", "1").audiences(|_| [""; 0]).with(many.collect::<Vec<_>>());
    let words = server.build().unwrap_err().to_string();
    assert!(words.contains("65 audiences are named, and 64 are the most"), "{words}");
}

#[tokio::test]
async fn more_sets_of_audiences_than_are_kept_are_served_all_the_same() {
    let limits = disco_sdk::Limits { audiences: 1, ..disco_sdk::Limits::default() };
    let service = people().limits(limits).build().unwrap();
    for _ in 0..2 {
        for (scopes, count) in [(vec![], 3), (vec!["admin"], 4), (vec!["admin", "support"], 5)] {
            let caller = Caller::new("test", "somebody").with_scopes(scopes);
            let client = service.client_as(caller, Version::LATEST).await.unwrap();
            assert_eq!(client.tools().await.unwrap().len(), count);
        }
    }
}
