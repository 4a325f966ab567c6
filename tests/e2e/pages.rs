//! The rest of the specification's pages: pagination, caching, instructions, extensions, content.

use std::time::Duration;

use disco_sdk::prelude::*;
use disco_sdk::server::tool::Tool;
use disco_sdk::{Annotations, BoxFuture, Cache, Cached, Icon, Limits, LogLevel, Version};
use disco_tests::people;
use serde_json::{Value, json};

use super::support::{Process, TestServer, call, code, initialize, modern, modern_call, program, request};
use super::wire::Schema;

/// A tool that is only there to be listed.
fn listed(name: impl Into<String>) -> Tool {
    let answer = |_: &Context, _: Option<&_>| -> BoxFuture<'static, Result<ToolOutput>> {
        Box::pin(async { Ok(ToolOutput::text("called")) })
    };
    Tool::new(name, answer)
}

fn names(page: &Value) -> Vec<&str> {
    let tools = page["result"]["tools"].as_array().unwrap_or_else(|| panic!("no tools in {page}"));
    tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

fn paged(page: usize, tools: usize) -> Server {
    paged_with(7, page, tools)
}

fn paged_with(key: u8, page: usize, tools: usize) -> Server {
    let limits = Limits { page, ..Limits::default() };
    let tools = (0..tools).map(|number| listed(format!("t{number}")));
    Server::new("paged", "1").limits(limits).key([key; 32]).with(tools.collect::<Vec<_>>())
}

#[tokio::test]
async fn all_of_a_list_comes_at_once_unless_pages_are_wanted() {
    let server = TestServer::serve(
        Server::new("long", "1").with((0..3000).map(|n| listed(format!("t{n}"))).collect::<Vec<_>>()),
    )
    .await;
    let page = server.json(server.modern(&modern(1, "tools/list", json!({})))).await;
    assert_eq!(names(&page).len(), 3000);
    assert!(page["result"].get("nextCursor").is_none());
}

#[tokio::test]
async fn a_client_that_reads_on_while_the_list_changes_misses_nothing_and_gets_nothing_twice() {
    let server = TestServer::serve(paged(2, 7)).await;
    for is_modern in [true, false] {
        let page = async |cursor: &Value| {
            let params = if cursor.is_null() { json!({}) } else { json!({"cursor": cursor}) };
            if is_modern {
                return server.json(server.modern(&modern(1, "tools/list", params))).await;
            }
            server.json(server.post(request(1, "tools/list", params).to_string())).await
        };
        let first = page(&Value::Null).await;
        assert_eq!(names(&first), ["t0", "t1"]);
        let second = page(&first["result"]["nextCursor"]).await;
        assert_eq!(names(&second), ["t2", "t3"]);
        // One that was read and one that was not go; one comes.
        server.registry.remove_tool("t0");
        server.registry.remove_tool("t5");
        server.registry.add(listed("t7")).unwrap();
        let third = page(&second["result"]["nextCursor"]).await;
        assert_eq!(names(&third), ["t4", "t6"]);
        let fourth = page(&third["result"]["nextCursor"]).await;
        assert_eq!(names(&fourth), ["t7"]);
        assert!(fourth["result"].get("nextCursor").is_none());
        server
            .registry
            .change(|catalog| {
                catalog.tools = (0..7).map(|number| listed(format!("t{number}"))).collect();
            })
            .unwrap();
    }
}

#[tokio::test]
async fn a_cursor_is_opened_by_any_replica_with_the_key_and_by_nothing_else() {
    let (server, replica) = (TestServer::serve(paged(2, 5)).await, TestServer::serve(paged(2, 5)).await);
    let stranger = TestServer::serve(paged_with(8, 2, 5)).await;
    let page = async |server: &TestServer, method: &str, cursor: Value| {
        server.json(server.modern(&modern(1, method, json!({"cursor": cursor})))).await
    };
    let first = server.json(server.modern(&modern(1, "tools/list", json!({})))).await;
    let cursor = first["result"]["nextCursor"].as_str().unwrap().to_owned();
    assert!(!cursor.contains("t1"), "it is opaque");
    assert_eq!(names(&page(&replica, "tools/list", json!(cursor)).await), ["t2", "t3"]);

    let mut refused = vec![
        page(&stranger, "tools/list", json!(cursor)).await,
        page(&server, "prompts/list", json!(cursor)).await,
        page(&server, "resources/templates/list", json!(cursor)).await,
        page(&server, "tools/list", json!("")).await,
        page(&server, "tools/list", json!("page 1")).await,
        page(&server, "tools/list", json!(format!("{cursor}A"))).await,
        page(&server, "tools/list", json!(7)).await,
    ];
    server.registry.remove_tool("t1");
    refused.push(page(&server, "tools/list", json!(cursor)).await);
    for refused in refused {
        assert_eq!(code(&refused), -32602);
        assert_eq!(refused["error"]["data"]["pointer"], "/params/cursor", "{refused}");
    }
}

#[tokio::test]
async fn the_cursor_of_one_audience_tells_another_nothing() {
    let server = TestServer::serve(people().limits(Limits { page: 2, ..Limits::default() })).await;
    let list = |cursor: Option<&Value>| {
        let params = cursor.map_or_else(|| json!({}), |cursor| json!({"cursor": cursor}));
        server.modern(&modern(1, "tools/list", params))
    };
    let as_admin = list(None).header("x-person", "root").header("x-scopes", "admin");
    let first = server.json(as_admin).await;
    assert_eq!(names(&first), ["whoami", "purge"]);
    let cursor = &first["result"]["nextCursor"];
    assert_eq!(code(&server.json(list(Some(cursor))).await), -32602, "`purge` is nowhere in that list");
    assert_eq!(first["result"]["cacheScope"], "private");
    let as_admin = list(Some(cursor)).header("x-person", "root").header("x-scopes", "admin");
    let second = server.json(as_admin).await;
    assert_eq!(
        (names(&second), &second["result"]["cacheScope"]),
        (vec!["learn", "forget"], &json!("private"))
    );
}

/// Never changes.
#[resource("fixed://page", cache = Cache::public(Duration::from_mins(1)))]
fn fixed() -> &'static str {
    "fixed"
}

/// Knows best itself how long it is good.
#[resource("dated://page", cache = Cache::public(Duration::from_mins(1)))]
fn dated() -> disco_sdk::protocol::resource::ReadResourceResult {
    let contents = vec![ResourceContents::text("dated://page", "dated")];
    let result = disco_sdk::protocol::resource::ReadResourceResult { contents, ..Default::default() };
    result.with_cache(Cache::private(Duration::from_secs(3)))
}

/// Nothing is said of it.
#[resource("plain://page")]
fn plain() -> &'static str {
    "plain"
}

/// Only for some, whatever else is said.
#[resource("secret://page", cache = Cache::public(Duration::from_mins(1)), audience = "all")]
fn secret() -> &'static str {
    "secret"
}

/// Asks before it shows anything.
#[resource("asking://page", cache = Cache::public(Duration::from_mins(1)))]
async fn asking(ctx: Context) -> Result<String> {
    ctx.ask::<bool>("Really?").key("really").await?;
    Ok("asked".to_owned())
}

fn cached() -> Server {
    Server::new("cached", "1")
        .with(resources![fixed, dated, plain, secret, asking])
        .audiences(|_| ["all"])
        .cache(Cached::Tools, Cache::public(Duration::from_secs(1)))
        .cache(Cached::Prompts, Cache::private(Duration::from_secs(2)))
        .cache(Cached::ResourceTemplates, Cache::public(Duration::MAX))
        .cache(Cached::Discovery, Cache::NONE)
}

#[tokio::test]
async fn how_long_and_for_whom_a_result_is_kept_is_said_of_each_list_and_each_resource() {
    let server = TestServer::serve(cached()).await;
    let hints = async |method: &str, params: Value| {
        let answer = server.json(server.modern(&modern(1, method, params))).await;
        (
            answer["result"]["ttlMs"].as_u64().unwrap(),
            answer["result"]["cacheScope"].as_str().unwrap().to_owned(),
        )
    };
    for (method, ttl, scope) in [
        ("tools/list", 1000, "public"),
        ("prompts/list", 2000, "private"),
        ("resources/list", 300_000, "private"),
        ("resources/templates/list", (1 << 53) - 1, "public"),
        ("server/discover", 0, "private"),
    ] {
        assert_eq!(hints(method, json!({})).await, (ttl, scope.to_owned()), "{method}");
    }
    for (uri, ttl, scope) in [
        ("fixed://page", 60_000, "public"),
        ("dated://page", 3000, "private"),
        ("plain://page", 0, "private"),
        ("secret://page", 60_000, "private"),
    ] {
        assert_eq!(hints("resources/read", json!({"uri": uri})).await, (ttl, scope.to_owned()), "{uri}");
        let old =
            server.json(server.post(request(1, "resources/read", json!({"uri": uri})).to_string())).await;
        let members: Vec<&String> = old["result"].as_object().unwrap().keys().collect();
        assert_eq!(members, ["contents"], "an old client is told nothing of it");
    }
}

#[tokio::test]
async fn what_depended_on_an_answer_is_not_kept() {
    let server = TestServer::serve(cached()).await;
    let mut message = modern(1, "resources/read", json!({"uri": "asking://page"}));
    message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({"elicitation": {}});
    let asked = server.json(server.modern(&message)).await;
    assert_eq!(asked["result"]["resultType"], "input_required");
    assert!(asked["result"].get("ttlMs").is_none() && asked["result"].get("cacheScope").is_none());
    message["params"]["requestState"] = asked["result"]["requestState"].clone();
    message["params"]["inputResponses"] = json!({"really": {"action": "accept", "content": {"value": true}}});
    let told = server.json(server.modern(&message)).await;
    assert_eq!(told["result"]["contents"][0]["text"], "asked", "{told}");
    assert_eq!((&told["result"]["ttlMs"], &told["result"]["cacheScope"]), (&json!(0), &json!("private")));
}

#[tokio::test]
async fn what_the_server_is_stands_in_every_modern_result_unless_that_is_switched_off() {
    const KEY: &str = "io.modelcontextprotocol/serverInfo";
    let asks = [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("tools/call", json!({"name": "t0"})),
        ("prompts/list", json!({})),
    ];
    for says in [true, false] {
        let server = TestServer::serve(paged(9, 1).server_info_in_results(says)).await;
        for (method, params) in asks.clone() {
            let answer = server.json(server.modern(&modern(1, method, params))).await;
            assert_eq!(answer["result"]["_meta"][KEY]["name"] == "paged", says, "{answer}");
            assert!(says || answer["result"].get("_meta").is_none(), "{answer}");
        }
        let opened = server.json(server.post(initialize(Version::V2025_11_25).to_string())).await;
        assert_eq!(opened["result"]["serverInfo"]["name"], "paged", "the old era demands it");
    }
}

#[tokio::test]
async fn instructions_and_extensions_are_told_when_peers_meet() {
    let server = Server::new("extended", "1")
        .instructions("Ask for little at a time.")
        .extension("com.example/maps", json!({"tiles": "vector"}))
        .extension("com.example/none", json!({}));
    let server = TestServer::serve(server).await;
    let met = server.json(server.modern(&modern(1, "server/discover", json!({})))).await;
    assert_eq!(met["result"]["instructions"], "Ask for little at a time.");
    let extensions = json!({"com.example/maps": {"tiles": "vector"}, "com.example/none": {}});
    assert_eq!(met["result"]["capabilities"]["extensions"], extensions);
    Schema::of(Version::LATEST).check("DiscoverResult", &met["result"]);
    let met = server.json(server.post(initialize(Version::V2025_11_25).to_string())).await;
    assert_eq!(met["result"]["instructions"], "Ask for little at a time.");
    assert!(met["result"]["capabilities"].get("extensions").is_none());

    for (name, settings) in
        [("maps", json!({})), ("/maps", json!({})), ("a/b/c", json!({})), ("a/b", json!(1))]
    {
        let refused = Server::new("a", "1").extension(name, settings).build().unwrap_err();
        assert!(refused.to_string().contains(name), "{refused}");
    }
}

/// The other arguments, as they are known.
fn cities(typed: String, others: disco_sdk::server::complete::Others) -> Vec<String> {
    let country = others.get("country").map_or("?", String::as_str);
    vec![format!("{typed} in {country}")]
}

/// Plans a trip.
#[prompt(icon = "https://example.org/trip.png", title = "Plan a trip")]
fn trip(country: String, #[arg(complete = cities)] city: String) -> String {
    format!("Plan a trip to {city} in {country}.")
}

/// A map of a city.
#[resource(
    "map://{country}/{city}",
    icon = Icon::new("https://example.org/map.svg").with_mime_type("image/svg+xml").with_size("any").with_theme("dark"),
    annotations = Annotations::default().with_audience(Role::User).with_priority(0.5).with_last_modified("2026-01-02T03:04:05Z")
)]
fn map(country: String, #[arg(complete = cities)] city: String) -> String {
    format!("{city}, {country}")
}

/// The whole world.
#[resource("map://world", annotations = Annotations::default().with_priority(7.0), icon = "data:image/png;base64,AA==")]
fn world() -> ResourceContents {
    ResourceContents::text("map://world", "round").with_meta("com.example/scale", 1)
}

/// Gives content of every kind, with everything that it may have.
#[tool(title = "Everything there is", icon = "https://example.org/all.png", read_only)]
fn all_content() -> ToolOutput {
    let hints = || Annotations::default().with_audience(Role::User).with_audience(Role::Assistant);
    let link = ResourceLink::new("map://world", "world")
        .with_title("The world")
        .with_description("All of it")
        .with_mime_type("text/plain")
        .with_size(5)
        .with_icon("https://example.org/world.png");
    let contents = [
        Content::text("text"),
        Content::from(Image::png(*b"\x89PNG")),
        Content::from(Audio::wav(*b"RIFF")),
        Content::resource(
            ResourceContents::blob("map://blob", b"bytes").with_meta("com.example/inner", true),
        ),
        Content::from(link),
    ];
    let dressed = contents.map(|content| {
        content
            .with_annotations(hints().with_last_modified("2026-01-02T03:04:05Z"))
            .with_meta("com.example/n", 1)
    });
    ToolOutput::content(dressed).with_meta("com.example/whole", json!({"a": [1]}))
}

/// Says things before it answers.
#[tool]
fn chatty(cx: Context) -> &'static str {
    cx.log(LogLevel::Emergency, "all is lost");
    cx.progress(1.0, None, None);
    "said"
}

fn dressed() -> Server {
    let tools: Vec<Tool> =
        tools![all_content, chatty].into_iter().map(|tool| tool.with_meta("com.example/t", 1)).collect();
    let resources: Vec<_> = resources![map, world]
        .into_iter()
        .map(|one| one.with_meta("com.example/r", 2).with_size(5))
        .collect();
    let prompts: Vec<_> =
        prompts![trip].into_iter().map(|prompt| prompt.with_meta("com.example/p", 3)).collect();
    Server::new("dressed", "1").icon("https://example.org/logo.png").with(tools).with(resources).with(prompts)
}

#[tokio::test]
async fn content_and_lists_carry_all_that_their_revision_has_and_no_more() {
    let service = dressed().build().unwrap();
    for version in Version::ALL {
        let schema = Schema::of(version);
        let client = service.client_in(version).await.unwrap();
        let ask = async |name: &str, method: &str, params: Value| {
            let result = client.request(method, params).await.unwrap();
            schema.check(name, &result);
            result
        };
        let result = ask("CallToolResult", "tools/call", json!({"name": "all_content"})).await;
        let tools = ask("ListToolsResult", "tools/list", json!({})).await;
        let resources = ask("ListResourcesResult", "resources/list", json!({})).await;
        let templates = ask("ListResourceTemplatesResult", "resources/templates/list", json!({})).await;
        let prompts = ask("ListPromptsResult", "prompts/list", json!({})).await;
        let world = ask("ReadResourceResult", "resources/read", json!({"uri": "map://world"})).await;
        let has_meta = version >= Version::V2025_06_18;
        let has_icons = version >= Version::V2025_11_25;
        let contents = result["content"].as_array().unwrap();
        assert_eq!(contents.len(), 5, "{version}");
        for content in contents {
            assert_eq!(
                content["annotations"]["audience"],
                json!(["user", "assistant"]),
                "{version} {content}"
            );
            assert_eq!(content["annotations"].get("lastModified").is_some(), has_meta, "{version} {content}");
            assert_eq!(content["_meta"] == json!({"com.example/n": 1}), has_meta, "{version} {content}");
        }
        assert_eq!(result["_meta"]["com.example/whole"], json!({"a": [1]}));
        assert_eq!(world["contents"][0]["_meta"] == json!({"com.example/scale": 1}), has_meta);
        let tool = &tools["tools"][0];
        let entries =
            [tool, &resources["resources"][0], &templates["resourceTemplates"][0], &prompts["prompts"][0]];
        for entry in entries {
            assert_eq!(entry.get("icons").is_some(), has_icons, "{version} {entry}");
            assert_eq!(entry.get("_meta").is_some(), has_meta, "{version} {entry}");
        }
        assert_eq!(tool.get("title").is_some(), has_meta);
        assert_eq!(
            resources["resources"][0]["annotations"]["priority"], 1.0,
            "more than all of it is all of it"
        );
        assert_eq!(resources["resources"][0]["size"], 5);
        let icon = json!([{"src": "https://example.org/map.svg", "mimeType": "image/svg+xml", "sizes": ["any"], "theme": "dark"}]);
        assert_eq!(templates["resourceTemplates"][0]["icons"] == icon, has_icons);
        let trip = json!({"type": "ref/prompt", "name": "trip"});
        let map = json!({"type": "ref/resource", "uri": "map://{country}/{city}"});
        for reference in [trip, map] {
            let params = json!({
                "ref": reference,
                "argument": {"name": "city", "value": "Par"},
                "context": {"arguments": {"country": "France"}},
            });
            let completion = ask("CompleteResult", "completion/complete", params).await;
            assert_eq!(completion["completion"]["values"], json!(["Par in France"]), "{version}");
        }
    }
}

#[tokio::test]
async fn a_modern_client_that_names_no_level_hears_no_log() {
    let server = TestServer::serve(dressed()).await;
    let mut message = modern_call(1, "chatty", json!({}));
    let quiet = server.send(server.modern(&message)).await;
    assert_eq!(quiet.headers()["content-type"], "application/json", "nothing was said before the answer");
    message["params"]["_meta"]["io.modelcontextprotocol/logLevel"] = json!("alert");
    let loud = server.send(server.modern(&message)).await.text().await.unwrap();
    assert!(loud.contains("notifications/message") && loud.contains("all is lost"), "{loud}");
    message["params"]["_meta"]["io.modelcontextprotocol/logLevel"] = json!("loud");
    let refused = server.json(server.modern(&message)).await;
    assert_eq!(code(&refused), -32602);

    let mut process = Process::start();
    let quiet = process.ask(&modern_call(1, "steps", json!({}))).await;
    assert_eq!(quiet["id"], 1, "no line of the log came before it");
    process.finish().await;
}

#[tokio::test]
async fn a_schema_that_is_written_by_hand_is_listed_word_for_word() {
    let everything = program("disco-examples", "everything");
    let mut process = Process::run(&mut tokio::process::Command::new(everything));
    process.ask(&initialize(Version::V2025_11_25)).await;
    let old = process.ask(&request(1, "tools/list", json!({}))).await;
    let new = process.ask(&modern(2, "tools/list", json!({}))).await;
    let schema = |answer: &Value| {
        let tools = answer["result"]["tools"].as_array().unwrap();
        let tool = tools.iter().find(|tool| tool["name"] == "json_schema_2020_12_tool").unwrap();
        tool["inputSchema"].clone()
    };
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }},
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false,
    });
    assert_eq!(schema(&old), expected);
    assert_eq!(schema(&new), expected);
    assert_eq!(process.ask(&call(3, "json_schema_2020_12_tool", json!({}))).await["id"], 3);
    process.finish().await;
}

/// Any JSON at all.
#[tool]
fn any_json(which: String) -> Json<Value> {
    Json(match which.as_str() {
        "null" => Value::Null,
        "list" => json!([1, "two"]),
        "text" => json!("text"),
        _ => json!({"a": 1}),
    })
}

#[tokio::test]
async fn any_json_value_is_a_structured_result_and_is_wrapped_where_only_objects_may_be() {
    let service = Server::new("any", "1").with(tools![any_json]).build().unwrap();
    for version in Version::ALL.into_iter().filter(|version| *version >= Version::V2025_06_18) {
        let schema = Schema::of(version);
        let client = service.client_in(version).await.unwrap();
        for (which, value) in [
            ("null", json!(null)),
            ("list", json!([1, "two"])),
            ("text", json!("text")),
            ("object", json!({"a": 1})),
        ] {
            let result = client
                .request("tools/call", json!({"name": "any_json", "arguments": {"which": which}}))
                .await
                .unwrap();
            schema.check("CallToolResult", &result);
            let expected = if version.is_legacy() { json!({"result": value}) } else { value };
            assert_eq!(result["structuredContent"], expected, "{version}");
        }
    }
}
