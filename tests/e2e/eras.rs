//! One server, five revisions: the same facts in the shape of each.

use disco_sdk::protocol::capability::ClientCapabilities;
use disco_sdk::{Content, Version};
use disco_tests::{Point, fixture};
use serde_json::{Value, json};

/// Every revision sees the same tools, and no field that it does not know.
#[tokio::test]
async fn a_revision_gets_only_the_fields_it_has() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        let tools = client.tools().await.unwrap();
        let add = tools.iter().find(|tool| tool.name == "add").unwrap();
        assert_eq!(add.description.as_deref(), Some("Adds two numbers."), "{version}");
        assert_eq!(add.input_schema["properties"]["a"]["description"], "The first.");
        assert_eq!(add.input_schema["properties"]["b"]["description"], "The second.");
        assert_eq!(add.input_schema["required"], json!(["a"]));
        assert_eq!(add.annotations.is_some(), version >= Version::V2025_03_26, "{version}");
        assert_eq!(add.output_schema.is_some(), version >= Version::V2025_06_18, "{version}");
        let echo = tools.iter().find(|tool| tool.name == "echo").unwrap();
        assert_eq!(echo.output_schema, None, "a text has no schema");
    }
}

/// A result that is no object is bare in the newest revision and wrapped in the two before.
#[tokio::test]
async fn structured_content_is_bare_or_wrapped_as_the_revision_wants() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        let count = client.call("count", json!({"to": 3})).await.unwrap();
        assert_eq!(count.text(), "[1,2,3]");
        let expected = match version {
            Version::V2024_11_05 | Version::V2025_03_26 => None,
            Version::V2026_07_28 => Some(json!([1, 2, 3])),
            _ => Some(json!({"result": [1, 2, 3]})),
        };
        assert_eq!(count.structured_content, expected, "{version}");

        let tools = client.tools().await.unwrap();
        let schema = tools.iter().find(|tool| tool.name == "count").unwrap().output_schema.clone();
        let kind = schema.map(|schema| schema["type"].clone());
        let expected = match version {
            Version::V2024_11_05 | Version::V2025_03_26 => None,
            Version::V2026_07_28 => Some(json!("array")),
            _ => Some(json!("object")),
        };
        assert_eq!(kind, expected, "{version}");

        let mirrored = client.call("mirror", json!({"point": {"x": 1, "y": 2}})).await.unwrap();
        let point: Point = serde_json::from_str(&mirrored.text()).unwrap();
        assert_eq!(point, Point { x: 2, y: 1 });
        let structured = (version >= Version::V2025_06_18).then(|| json!({"x": 2, "y": 1}));
        assert_eq!(mirrored.structured_content, structured, "{version}");
    }
}

/// A link becomes text where there are no links, and sound a resource where there is no sound.
#[tokio::test]
async fn content_that_a_revision_lacks_is_told_in_another_way() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        let gallery = client.call("gallery", json!({})).await.unwrap().content;
        match &gallery[0] {
            Content::ResourceLink(link) => {
                assert!(version >= Version::V2025_06_18, "{version}");
                assert_eq!(link.uri, "note://1");
            }
            Content::Text(text) => {
                assert!(version < Version::V2025_06_18, "{version}");
                assert!(text.text.contains("note://1"), "{}", text.text);
            }
            other => panic!("{other:?}"),
        }
        match &gallery[1] {
            Content::Audio(audio) => {
                assert!(version >= Version::V2025_03_26, "{version}");
                assert_eq!(audio.mime_type, "audio/wav");
            }
            Content::Resource(embedded) => {
                assert_eq!(version, Version::V2024_11_05);
                assert_eq!(embedded.resource.mime_type.as_deref(), Some("audio/wav"));
                assert!(embedded.resource.blob.is_some());
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(&gallery[2], Content::Image(image) if image.mime_type == "image/png"));
    }
}

#[tokio::test]
async fn resources_templates_prompts_and_completion_work_in_every_revision() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        let resources = client.resources().await.unwrap();
        assert_eq!(resources.iter().map(|r| r.uri.as_str()).collect::<Vec<_>>(), ["config://server"]);
        let templates = client.resource_templates().await.unwrap();
        assert_eq!(templates[0].uri_template, "note://{id}");
        let note = client.read("note://1").await.unwrap();
        assert_eq!(note.contents[0].text.as_deref(), Some("the first note"));
        assert_eq!(note.contents[0].mime_type.as_deref(), Some("text/plain"));

        let prompts = client.prompts().await.unwrap();
        let arguments = prompts[0].arguments.as_ref().unwrap();
        assert_eq!(arguments[0].description.as_deref(), Some("The language of the code."));
        assert_eq!((arguments[0].required, arguments[1].required.unwrap_or(false)), (Some(true), false));
        let prompt = client.prompt("review", json!({"language": "Rust"})).await.unwrap();
        assert_eq!(prompt.messages[0].content, Content::text("Review this Rust code: "));

        let params = serde_json::from_value(json!({
            "ref": {"type": "ref/prompt", "name": "review"},
            "argument": {"name": "language", "value": "r"},
        }));
        let completion = client.complete(&params.unwrap()).await.unwrap();
        assert_eq!(completion.values, ["ruby", "rust"]);
    }
}

#[tokio::test]
async fn a_missing_resource_has_the_number_of_its_revision() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        for uri in ["note://2", "nowhere://at/all"] {
            let error = client.read(uri).await.unwrap_err();
            let expected = if version.is_legacy() { -32002 } else { -32602 };
            assert_eq!(error.code().0, expected, "{version}");
            assert_eq!(error.data()["uri"], uri);
        }
    }
}

#[tokio::test]
async fn progress_comes_before_the_answer_and_only_in_words_the_revision_has() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        let (result, said) = client.call_and_listen("steps", json!({})).await.unwrap();
        assert_eq!(result.text(), "done");
        let progress: Vec<&Value> = said
            .iter()
            .filter(|said| said.method == "notifications/progress")
            .map(|said| &said.params)
            .collect();
        assert_eq!(progress.len(), 3, "{version}");
        assert!(progress[1]["progressToken"].is_number(), "{version}");
        assert_eq!((&progress[1]["progress"], &progress[1]["total"]), (&json!(2.0), &json!(3.0)));
        let has_words = version >= Version::V2025_03_26;
        assert_eq!(progress[1].get("message").is_some(), has_words, "{version}");
        // The old era hears warnings unless it chose otherwise; the new one only if it asks.
        let lines = said.iter().filter(|said| said.method == "notifications/message").count();
        assert_eq!(lines, usize::from(version.is_legacy()), "{version}");
    }
}

#[tokio::test]
async fn an_old_client_chooses_how_much_of_the_log_it_hears() {
    let client = fixture().client_in(Version::V2025_06_18).await.unwrap();
    let lines = async || {
        let (_, said) = client.call_and_listen("steps", json!({})).await.unwrap();
        said.iter().filter(|said| said.method == "notifications/message").count()
    };
    assert_eq!(lines().await, 1);
    client.request("logging/setLevel", json!({"level": "error"})).await.unwrap();
    assert_eq!(lines().await, 0);
    let error = client.request("logging/setLevel", json!({"level": "loud"})).await.unwrap_err();
    assert_eq!(error.code().0, -32602);
    assert!(error.message().starts_with("/params/level: "), "{error}");
}

#[tokio::test]
async fn a_method_of_another_revision_is_not_found() {
    let old = fixture().client_in(Version::V2025_11_25).await.unwrap();
    let new = fixture().client().await.unwrap();
    for method in ["ping", "logging/setLevel", "resources/subscribe", "initialize"] {
        if method != "initialize" {
            let error = new.request(method, json!({})).await.unwrap_err();
            assert_eq!(error.code().0, -32601, "{method}");
        }
    }
    old.request("ping", json!({})).await.unwrap();
    assert_eq!(old.request("no/such", json!({})).await.unwrap_err().code().0, -32601);
    let discovered = new.request("server/discover", json!({})).await.unwrap();
    assert_eq!(discovered["supportedVersions"], json!([Version::LATEST.as_str()]));
    assert_eq!(discovered["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "fixture");
    assert_eq!(discovered["resultType"], "complete");
}

#[tokio::test]
async fn a_tool_that_fails_or_panics_says_so_and_the_server_goes_on() {
    for version in Version::ALL {
        let client = fixture().client_in(version).await.unwrap();
        let failed = client.call("fail", json!({"why": "no paper"})).await.unwrap();
        assert!(failed.is_error && failed.structured_content.is_none());
        let said: Value = serde_json::from_str(&failed.text()).unwrap();
        let expected = json!({"code": "NO_LUCK", "message": "no paper", "suggestion": "try again"});
        assert_eq!(said, expected);
        assert_eq!(failed.meta.unwrap()["dev.disco/error"], expected);

        let panicked = client.call("panic", json!({})).await.unwrap();
        assert!(panicked.is_error && panicked.text().contains("incident"), "{}", panicked.text());
        assert!(!panicked.text().contains("on purpose"));
        assert_eq!(client.call("add", json!({"a": 1})).await.unwrap().text(), "2");
    }
}

#[tokio::test]
async fn bad_arguments_are_told_all_at_once_with_their_pointers() {
    let client = fixture().client().await.unwrap();
    let result = client.call("mirror", json!({"point": {"x": "one"}, "extra": 1})).await.unwrap();
    assert!(result.is_error);
    let text = result.text();
    assert!(text.contains("/point") && text.contains("/extra"), "{text}");
    let result = client.call("add", json!({"b": "two", "aa": 1})).await.unwrap();
    let text = result.text();
    assert!(text.contains("/a") && text.contains("/b") && text.contains("/aa"), "{text}");
    assert!(text.contains("did you mean"), "{text}");
    // `null` is the same as absent.
    assert_eq!(client.call("add", json!({"a": 1, "b": null})).await.unwrap().text(), "2");
}

#[tokio::test]
async fn what_is_not_there_is_named_with_what_was_meant() {
    let client = fixture().client().await.unwrap();
    let error = client.call("ad", json!({})).await.unwrap_err();
    assert_eq!(error.code().0, -32602);
    assert!(error.data()["suggestion"].as_str().unwrap().contains("add"), "{error:?}");
    let error = client.prompt("revue", json!({})).await.unwrap_err();
    assert_eq!(error.code().0, -32602);
    let error = client.request("tools/call", json!({"name": "add", "arguments": [1]})).await.unwrap_err();
    assert_eq!((error.code().0, error.data()["pointer"].as_str()), (-32602, Some("/params/arguments")));
    let error = client.request("tools/list", json!({"cursor": "made up"})).await.unwrap_err();
    assert_eq!(error.code().0, -32602);
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let limits = disco_sdk::Limits { page: 2, ..Default::default() };
    let client = fixture().limits(limits).client().await.unwrap();
    let page = client.request("tools/list", json!({})).await.unwrap();
    assert_eq!(page["tools"].as_array().unwrap().len(), 2);
    assert!(page["nextCursor"].is_string());
    let all = fixture().client().await.unwrap().tools().await.unwrap();
    assert_eq!(client.tools().await.unwrap(), all);
}

#[test]
fn capabilities_that_nobody_knows_are_passed_over() {
    let read: ClientCapabilities =
        serde_json::from_value(json!({"roots": {}, "flying": {"high": 1}})).unwrap();
    assert!(read.roots.is_some());
}
