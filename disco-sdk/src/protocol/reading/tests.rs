//! What is read here is what `serde_json` reads, and where it fails is known.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct All {
    number: u8,
    #[serde(default)]
    float: f32,
    #[serde(default)]
    char: Option<char>,
    #[serde(default)]
    list: Vec<(i64, bool)>,
    #[serde(default)]
    kinds: Vec<Kind>,
    #[serde(default)]
    by_number: BTreeMap<u16, String>,
    #[serde(default)]
    unit: (),
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Kind {
    Plain,
    Of(Box<All>),
    Pair(i8, i8),
    Named { text: String },
}

fn both<T: DeserializeOwned + PartialEq + std::fmt::Debug>(json: &str) {
    match (serde_json::from_str::<T>(json), read::<T>(json)) {
        (Ok(one), Ok(other)) => assert_eq!(one, other, "{json}"),
        (Err(one), Err(other)) => {
            let words = one.to_string();
            assert_eq!(words.split(" at line ").next().unwrap(), other.words, "{json}");
        }
        (one, other) => panic!("{json}: {one:?} and {other:?}"),
    }
}

#[test]
fn the_same_is_read_as_by_serde_json() {
    for json in [
        r#"{"number": 3}"#,
        r#" {"number": 3, "float": 1, "char": "\u00e9", "list": [[1, true], [-2, false]], "unit": null}"#,
        r#"{"number": 3, "kinds": ["Plain", {"Of": {"number": 1}}, {"Pair": [1, -2]}, {"Named": {"text": "a\nb"}}]}"#,
        r#"{"number": 3, "by_number": {"7": "x"}, "more": [1.5, {"a": null}], "mor\u0065s": -1}"#,
        "{}",
        r#"{"number": 300}"#,
        r#"{"number": null}"#,
        r#"{"number": [], "number": 1}"#,
        r#"{"number": 3, "char": "ab"}"#,
        r#"{"number": 3, "list": [[1]]}"#,
        r#"{"number": 3, "kinds": ["Other"]}"#,
        r#"{"number": 3, "kinds": [{"Pair": [1]}]}"#,
        "[3]x".split('x').next().unwrap(),
        "7",
        r#""text""#,
    ] {
        both::<Value>(json);
        if !json.starts_with('[') {
            both::<All>(json);
        }
    }
}

#[track_caller]
fn place<T: DeserializeOwned + std::fmt::Debug>(json: &str, expected: &str) {
    assert_eq!(read::<T>(json).unwrap_err().pointer("/params"), format!("/params{expected}"));
}

#[test]
fn a_place_is_a_json_pointer() {
    place::<HashMap<String, Vec<u8>>>(r#"{"a~b/c": [1, "x"]}"#, "/a~0b~1c/1");
    place::<All>("{}", "/number");
    place::<All>("7", "");
    place::<Vec<Kind>>(r#"["Plain", {"Named": {"text": 3}}]"#, "/1/Named/text");
    place::<Vec<Kind>>(r#"[{"Of": {"list": []}}]"#, "/0/Of/number");
    place::<Vec<Kind>>(r#"["Plain", {"Plain": 3, "Pair": []}]"#, "/1");
    let long = format!(r#"{{"{}": "x"}}"#, "k".repeat(10_000));
    assert!(read::<HashMap<String, u8>>(&long).unwrap_err().pointer("").len() < 300);
}

#[test]
fn it_does_not_look_deeper_than_serde_json() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for levels in [1, 127, 128, 10_000] {
        let by_serde_json = serde_json::from_str::<Value>(&nested(levels)).is_ok();
        assert_eq!(read::<Value>(&nested(levels)).is_ok(), by_serde_json, "{levels}");
    }
}
