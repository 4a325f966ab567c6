//! Which results are typed, and which are text.

use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::server::tool::Tool;
use disco_sdk::prelude::*;

#[derive(Serialize, JsonSchema)]
struct Sum {
    sum: i64,
}

type Outcome<T> = std::result::Result<T, std::num::ParseIntError>;

/// A struct.
#[tool]
fn sum() -> Sum {
    Sum { sum: 1 }
}

/// A number.
#[tool]
fn number() -> Outcome<i64> {
    "7".parse()
}

/// A failure.
#[tool]
fn failure() -> Outcome<Json<i64>> {
    "x".parse().map(Json)
}

/// An option.
#[tool]
fn option() -> Option<Vec<bool>> {
    None
}

/// Text.
#[tool]
fn text() -> &'static str {
    "hello"
}

/// Nothing.
#[tool]
fn nothing() {}

/// A picture and a link.
#[tool]
fn contents() -> Vec<Content> {
    vec![Image::png([1, 2, 3]).into(), ResourceLink::new("a://b", "b").into()]
}

/// A fault of the protocol.
#[tool]
fn fault() -> Result<String> {
    Err(Error::invalid_params("no"))
}

fn run(tool: &Tool) -> Result<ToolOutput> {
    use std::task::{Context as Waking, Poll, Waker};
    let context = Context::for_test();
    let mut future = tool.call(&context, None);
    match future.as_mut().poll(&mut Waking::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("this tool waits for nothing"),
    }
}

fn structured(tool: &Tool) -> Option<Value> {
    let output = run(tool).unwrap();
    output.structured.map(|raw| serde_json::from_str(raw.get()).unwrap())
}

#[test]
fn a_typed_result_has_a_schema_and_structured_content() {
    let tools = tools![sum, number, option];
    let schema = |tool: &Tool| tool.info().output_schema.clone().unwrap();
    assert_eq!(schema(&tools[0])["properties"], json!({"sum": {"type": "integer"}}));
    assert_eq!(structured(&tools[0]), Some(json!({"sum": 1})));
    assert!(tools[0].output_is_object());
    assert_eq!(schema(&tools[1]), json!({"type": "integer"}));
    assert_eq!(structured(&tools[1]), Some(json!(7)));
    assert!(!tools[1].output_is_object());
    assert_eq!(schema(&tools[2])["type"], json!(["array", "null"]));
    assert_eq!(structured(&tools[2]), Some(json!(null)));
}

#[test]
fn text_and_content_have_no_schema() {
    for tool in tools![text, nothing, contents] {
        assert_eq!(tool.info().output_schema, None);
        assert_eq!(structured(&tool), None);
    }
    let kinds: Vec<Value> = run(&tools![contents][0])
        .unwrap()
        .content
        .iter()
        .map(|content| serde_json::to_value(content).unwrap()["type"].take())
        .collect();
    assert_eq!(kinds, ["image", "resource_link"]);
}

#[test]
fn a_failure_is_a_result_and_a_fault_of_the_protocol_is_not() {
    let failed = run(&tools![failure][0]).unwrap();
    assert!(failed.is_error && failed.structured.is_none());
    assert_eq!(failed.content, [Content::text("invalid digit found in string")]);
    assert!(run(&tools![fault][0]).unwrap_err().is_protocol());
}
