//! What is read here is what `serde_json` reads, and where it fails is known.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

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

#[derive(Debug, PartialEq)]
struct Parcel {
    to: String,
    by: Option<String>,
    is_fragile: bool,
    weights: Vec<String>,
    token: Option<String>,
    note: Option<String>,
    inside: Option<Box<Parcel>>,
    labels: HashMap<String, String>,
}

impl FromObject<'_> for Parcel {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        let written = |raw: &RawValue| raw.get().to_owned();
        Ok(Self {
            to: object.text("to")?.into_string(),
            by: object.string("by")?,
            is_fragile: object.bool("isFragile")?.unwrap_or_default(),
            weights: object.strings("weights")?.unwrap_or_default(),
            token: object.token("token")?.map(written),
            note: object.given("note")?.map(written),
            inside: object.optional_object("inside")?.map(Box::new),
            labels: object.texts("labels")?.unwrap_or_default(),
        })
    }
}

#[test]
fn an_object_is_taken_member_by_member() {
    let json = r#" {"to": "\u0061da", "by": null, "isFragile": true, "weights": ["1", "2"], "token": 7,
        "note": null, "more": [], "more": {}, "labels": {"from": "bob"}, "inside": {"to": "x"}} "#;
    let parcel = read_object::<Parcel>(json).unwrap();
    assert_eq!((parcel.to.as_str(), parcel.by, parcel.is_fragile), ("ada", None, true));
    assert_eq!(parcel.weights, ["1", "2"]);
    assert_eq!((parcel.token.as_deref(), parcel.note.as_deref()), (Some("7"), Some("null")));
    assert_eq!((parcel.inside.unwrap().to.as_str(), parcel.labels["from"].as_str()), ("x", "bob"));
}

#[test]
fn what_is_wrong_with_a_member_is_said_with_its_place() {
    let wrong = |json: &str| {
        let misfit = read_object::<Parcel>(json).unwrap_err();
        (misfit.pointer(""), misfit.words, misfit.is_no_json)
    };
    for (json, pointer, words) in [
        ("[]", "", "invalid type: sequence, expected an object"),
        ("{}", "/to", "missing field `to`"),
        (r#"{"to": null}"#, "/to", "invalid type: null, expected a string"),
        (r#"{"to": "a", "to": "b"}"#, "/to", "duplicate field `to`"),
        (r#"{"to": "a", "by": 3}"#, "/by", "invalid type: integer `3`, expected a string"),
        (
            r#"{"to": "a", "isFragile": "no"}"#,
            "/isFragile",
            r#"invalid type: string "no", expected a boolean"#,
        ),
        (r#"{"to": "a", "weights": ["1", 2]}"#, "/weights/1", "invalid type: integer `2`, expected a string"),
        (r#"{"to": "a", "weights": {}}"#, "/weights", "invalid type: map, expected a sequence"),
        (r#"{"to": "a", "token": 1.5}"#, "/token", "expected a string or a whole number"),
        (r#"{"to": "a", "token": {}}"#, "/token", "expected a string or a whole number"),
        (r#"{"to": "a", "inside": ["b"]}"#, "/inside", "invalid type: sequence, expected an object"),
        (r#"{"to": "a", "inside": {"to": []}}"#, "/inside/to", "invalid type: sequence, expected a string"),
        (r#"{"to": "a", "labels": {"x": 1}}"#, "/labels/x", "invalid type: integer `1`, expected a string"),
    ] {
        assert_eq!(wrong(json), (pointer.to_owned(), words.to_owned(), false), "{json}");
    }
    assert!(wrong(r#"{"to": "\ud800"}"#).2, "half of a character is no JSON");
    for good in ["\"a\"", "-1", "1.0", "null"] {
        assert!(read_object::<Parcel>(&format!(r#"{{"to": "a", "token": {good}}}"#)).is_ok(), "{good}");
    }
}

#[test]
fn objects_are_not_read_deeper_than_serde_json_does() {
    let nested = |levels: usize| {
        format!("{}{}", r#"{"to":"a","inside":"#.repeat(levels), "null") + &"}".repeat(levels)
    };
    assert!(read_object::<Parcel>(&nested(126)).is_ok());
    assert!(read_object::<Parcel>(&nested(200)).is_err());
}
