//! What is read from the arguments of a call, and what is told when they are wrong.

use std::task::{Poll, Waker};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::server::failure::META_KEY;
use disco_sdk::prelude::*;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Metre,
    Mile,
}

#[derive(Deserialize, JsonSchema)]
struct Place {
    name: String,
    far: Vec<u8>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "i64")]
#[schemars(with = "i64")]
struct Even(i64);

impl TryFrom<i64> for Even {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, &'static str> {
        if number % 2 == 0 { Ok(Self(number)) } else { Err("an odd number is not even") }
    }
}

type Perhaps<T> = Option<T>;

/// Goes.
#[tool]
fn go(
    steps: i64,
    #[arg(default = 2, range(1..=9))] speed: u8,
    unit: Perhaps<Unit>,
    places: Option<Vec<Place>>,
    even: Option<Even>,
    any: Option<Value>,
) -> String {
    let unit = match unit {
        None => "steps",
        Some(Unit::Metre) => "metres",
        Some(Unit::Mile) => "miles",
    };
    let places: Vec<String> =
        places.into_iter().flatten().map(|place| format!("{}{:?}", place.name, place.far)).collect();
    let even = even.map(|even| even.0);
    format!("{steps} {unit} at {speed}, {places:?} {even:?} {any:?}")
}

/// Tells what it got, `null` and all.
#[tool]
fn tell(value: Value) -> String {
    value.to_string()
}

/// Paints.
#[tool]
fn paint(
    #[arg(len(2..=4), example = "Ada")] name: String,
    #[arg(one_of("red", "green"), default = "red")] colour: String,
    #[arg(one_of(1, 3))] size: Option<u8>,
    #[arg(pattern = "^[a-z]+[0-9]?$", example = Some("x1".to_owned()))] code: Option<String>,
    #[arg(len(..2))] dots: Option<Vec<u8>>,
) -> String {
    format!("{name} {colour} {size:?} {code:?} {dots:?}")
}

fn call(tool: &crate::server::tool::Tool, arguments: &str) -> Result<ToolOutput> {
    let context = Context::for_test();
    let raw: &RawValue = serde_json::from_str(arguments).unwrap();
    let mut future = tool.call(&context, Some(raw));
    match future.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("this tool waits for nothing"),
    }
}

fn text(output: &ToolOutput) -> String {
    match output.content.as_slice() {
        [Content::Text(text)] => text.text.clone(),
        other => panic!("not one text: {other:?}"),
    }
}

fn wrong(arguments: &str) -> Vec<String> {
    wrong_for(&tools![go][0], arguments)
}

fn wrong_for(tool: &crate::server::tool::Tool, arguments: &str) -> Vec<String> {
    let output = call(tool, arguments).unwrap();
    assert!(output.is_error, "{arguments}");
    let facts: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(facts["code"], "INVALID_ARGUMENTS");
    assert_eq!(output.meta.unwrap()[META_KEY]["message"], facts["message"]);
    let message = facts["message"].as_str().unwrap().strip_prefix("wrong arguments: ").unwrap().to_owned();
    message.split("; /").map(|problem| format!("/{}", problem.trim_start_matches('/'))).collect()
}

#[test]
fn what_is_absent_or_null_is_none_or_the_default() {
    for arguments in [
        r#"{"steps": 3}"#,
        r#"{"steps": 3, "unit": null, "speed": null, "places": null, "any": null}"#,
        r#"{"st\u0065ps": 3}"#,
    ] {
        let output = call(&tools![go][0], arguments).unwrap();
        assert_eq!(text(&output), "3 steps at 2, [] None None");
    }
}

#[test]
fn what_is_given_is_read() {
    let arguments =
        r#"{"places": [{"far": [1], "name": "a"}], "unit": "mile", "steps": 1, "speed": 9, "even": 4}"#;
    let output = call(&tools![go][0], arguments).unwrap();
    assert_eq!(text(&output), r#"1 miles at 9, ["a[1]"] Some(4) None"#);
}

#[test]
fn null_reaches_a_type_that_wants_it() {
    assert_eq!(text(&call(&tools![tell][0], r#"{"value": null}"#).unwrap()), "null");
}

#[test]
fn a_wrong_type_is_told_with_what_is_expected() {
    assert_eq!(wrong(r#"{"steps": "x"}"#), [r#"/steps: given "x", expected an integer, such as 1"#]);
    assert_eq!(wrong(r#"{"steps": 1.5}"#), ["/steps: given 1.5, expected an integer, such as 1"]);
    assert_eq!(wrong(r#"{"steps": []}"#), ["/steps: given [], expected an integer, such as 1"]);
}

#[test]
fn a_missing_argument_is_told() {
    assert_eq!(wrong("{}"), ["/steps: missing, expected an integer, such as 1"]);
    assert_eq!(wrong(r#"{"steps": null}"#), ["/steps: missing, expected an integer, such as 1"]);
}

#[test]
fn a_range_and_a_choice_are_told() {
    let problems = wrong(r#"{"steps": 1, "speed": 10, "unit": "foot"}"#);
    assert_eq!(
        problems,
        [
            "/speed: given 10, expected an integer from 1 to 9, such as 2",
            r#"/unit: given "foot", expected one of "metre", "mile""#
        ]
    );
    assert_eq!(
        wrong(r#"{"steps": 1, "speed": 300}"#),
        ["/speed: given 300, expected an integer from 1 to 9, such as 2"]
    );
}

#[test]
fn lengths_patterns_lists_and_examples_are_told_and_described() {
    let tool = &tools![paint][0];
    let good = r#"{"name": "Ada", "code": "x1", "size": 3, "dots": [1]}"#;
    assert_eq!(text(&call(tool, good).unwrap()), r#"Ada red Some(3) Some("x1") Some([1])"#);
    assert_eq!(text(&call(tool, r#"{"name": "äö"}"#).unwrap()), "äö red None None None");
    assert_eq!(
        wrong_for(tool, r#"{"name": "x", "colour": "blue", "size": 2, "code": "1", "dots": [1, 2]}"#),
        [
            r#"/name: given "x", expected a string of 2 to 4 characters, such as "Ada""#,
            r#"/colour: given "blue", expected one of "red", "green""#,
            "/size: given 2, expected one of 1, 3",
            r#"/code: given "1", expected a string that fits "^[a-z]+[0-9]?$", such as "x1""#,
            "/dots: given [1,2], expected an array of at most 1 items, such as [1]",
        ]
    );
    let schema = serde_json::json!({
        "name": {"type": "string", "minLength": 2, "maxLength": 4, "examples": ["Ada"]},
        "colour": {"type": "string", "enum": ["red", "green"], "default": "red"},
        "size": {"type": "integer", "minimum": 0, "maximum": 255, "enum": [1, 3]},
        "code": {"type": "string", "pattern": "^[a-z]+[0-9]?$", "examples": ["x1"]},
        "dots": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 255},
            "maxItems": 1,
        },
    });
    assert_eq!(tool.info().input_schema["properties"], schema);
}

#[test]
fn a_mistake_inside_is_found() {
    assert_eq!(
        wrong(r#"{"steps": 1, "places": [{"name": "a", "far": [1, 999]}]}"#),
        ["/places/0/far/1: given 999, expected an integer from 0 to 255, such as 1"]
    );
    assert_eq!(
        wrong(r#"{"steps": 1, "places": [{"far": []}]}"#),
        [r#"/places/0/name: missing, expected a string, such as "text""#]
    );
}

#[test]
fn a_type_may_refuse_in_its_own_words() {
    assert_eq!(wrong(r#"{"steps": 1, "even": 3}"#), ["/even: given 3, an odd number is not even"]);
}

#[test]
fn an_unknown_argument_is_refused_by_its_name() {
    let known = "there are `steps`, `speed`, `unit`, `places`, `even`, `any`";
    assert_eq!(wrong(r#"{"steps": 1, "sped": 1}"#), ["/sped: no such argument; did you mean `speed`?"]);
    assert_eq!(wrong(r#"{"steps": 1, "a/b~c": 1}"#), [format!("/a~1b~0c: no such argument; {known}")]);
    assert_eq!(wrong(r#"{"steps": 1, "steps": 2}"#), ["/steps: given twice"]);
}

#[test]
fn all_problems_are_told_at_once_but_not_without_end() {
    assert_eq!(wrong(r#"{"steps": "x", "speed": 0, "stop": 1}"#).len(), 3);
    let many: Vec<String> = (0..1000).map(|n| format!("\"unknown{n}\": 1")).collect();
    assert_eq!(wrong(&format!("{{{}}}", many.join(","))).len(), 21);
}

#[test]
fn what_was_given_is_shortened() {
    let long = "é".repeat(10_000);
    let problems = wrong(&format!(r#"{{"steps": "{long}", "{long}": 1}}"#));
    assert!(problems.iter().all(|problem| problem.len() < 300), "{problems:?}");
}
