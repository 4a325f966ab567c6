//! Arguments of tools that headers mirror: `#[arg(header = "..")]`.

use disco_sdk::prelude::*;
use disco_sdk::server::tool::Tool;
use serde_json::{Value, json};

use super::support::{TestServer, call, code, modern_call};

/// Runs a query.
#[tool]
fn query(
    #[arg(header = "Region")] region: String,
    #[arg(header = "Limit")] limit: Option<i64>,
    #[arg(header = "Dry", default)] dry: bool,
) -> String {
    format!("{region} {limit:?} {dry}")
}

async fn start() -> TestServer {
    TestServer::start_with(|server| server.with(tools![query])).await
}

/// The status and the answer of a call with these arguments and these headers.
async fn ask(server: &TestServer, arguments: Value, headers: &[(&str, &[u8])]) -> (u16, Value) {
    let message = modern_call(1, "query", arguments);
    let request = headers.iter().fold(server.modern(&message), |request, (name, value)| {
        request.header(*name, reqwest::header::HeaderValue::from_bytes(value).expect("a header value"))
    });
    let response = server.send(request).await;
    (response.status().as_u16(), response.json().await.expect("a JSON body"))
}

#[tokio::test]
async fn a_list_marks_them_in_the_schema() {
    let client = Server::new("a", "1").with(tools![query]).client().await.unwrap();
    let properties = &client.tools().await.unwrap()[0].input_schema["properties"];
    assert_eq!(properties["region"]["x-mcp-header"], "Region");
    assert_eq!(properties["limit"]["x-mcp-header"], "Limit");
    assert_eq!(properties["dry"]["x-mcp-header"], "Dry");
}

#[tokio::test]
async fn headers_that_say_the_same_as_the_body_pass() {
    let server = start().await;
    for (arguments, headers, text) in [
        (json!({"region": "west"}), vec![("mcp-param-region", "west".as_bytes())], "west None false"),
        (json!({"region": "west", "limit": null}), vec![("MCP-PARAM-REGION", b" west ")], "west None false"),
        (
            json!({"region": "süd", "limit": 42, "dry": true}),
            vec![
                ("mcp-param-region", b"=?base64?c8O8ZA==?=".as_slice()),
                ("mcp-param-limit", b"42.0"),
                ("mcp-param-dry", b"true"),
            ],
            "süd Some(42) true",
        ),
        (json!({"region": "=?base64?x"}), vec![("mcp-param-region", b"=?base64?x")], "=?base64?x None false"),
    ] {
        let (status, answer) = ask(&server, arguments, &headers).await;
        assert_eq!((status, &answer["result"]["content"][0]["text"]), (200, &json!(text)), "{answer}");
    }
}

#[tokio::test]
async fn headers_that_say_something_else_are_refused_with_both_values() {
    let server = start().await;
    let west = || json!({"region": "west"});
    for (arguments, headers, words) in [
        (west(), vec![], "missing"),
        (west(), vec![("mcp-param-region", b"east".as_slice())], "east"),
        (west(), vec![("mcp-param-region", b"=?base64?d2VzdA?=")], "base64"),
        (west(), vec![("mcp-param-region", b"we\xffst")], "characters"),
        (west(), vec![("mcp-param-region", b"west"), ("mcp-param-limit", b"1")], "no such argument"),
        (
            json!({"region": "west", "limit": 2}),
            vec![("mcp-param-region", b"west"), ("mcp-param-limit", b"1")],
            "mcp-param-limit",
        ),
    ] {
        let (status, answer) = ask(&server, arguments, &headers).await;
        assert_eq!((status, code(&answer)), (400, -32020), "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(words), "{answer}");
    }
}

#[tokio::test]
async fn nobody_else_has_to_send_them() {
    let server = start().await;
    let old = server.json(server.post(call(1, "query", json!({"region": "west"})).to_string())).await;
    assert_eq!(old["result"]["content"][0]["text"], "west None false");
    let client = Server::new("a", "1").with(tools![query]).client().await.unwrap();
    assert_eq!(client.call("query", json!({"region": "west"})).await.unwrap().text(), "west None false");
}

#[test]
fn a_mark_where_none_may_be_is_found_when_the_server_is_built() {
    let nothing = |_: &Context, _: Option<&_>| -> disco_sdk::BoxFuture<'static, Result<ToolOutput>> {
        Box::pin(async { Ok(ToolOutput::text("")) })
    };
    let schema = json!({"type": "object", "properties": {
        "share": {"type": "number", "x-mcp-header": "Share"},
        "many": {"type": "array", "items": {"type": "string", "x-mcp-header": "Many"}},
    }});
    let tool = Tool::new("wrong", nothing).with_description("Wrong.").with_input_schema(schema);
    let words = Server::new("a", "1").with(tool).build().unwrap_err().to_string();
    assert!(words.contains("tool `wrong`: `x-mcp-header` of `share`"), "{words}");
    assert!(words.contains("below `items`"), "{words}");
}
