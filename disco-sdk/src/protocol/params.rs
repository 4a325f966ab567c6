//! The parameters of requests, borrowed from the message. `null` for an optional one is the same as none.

use std::fmt::Display;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::jsonrpc::{Text, even_null};
use super::logging::LogLevel;
use super::meta::RequestMeta;
use super::reading::{self, Misfit};
use super::shape::{self, NoticeMetaShape, Shape, optional_object, word};
use crate::error::{Error, shortened};

/// Of any request: only `_meta`.
#[derive(Debug, Default, Deserialize)]
pub struct AnyParams<'a> {
    /// What the request says beside its parameters.
    #[serde(borrow, default, rename = "_meta", deserialize_with = "optional_object")]
    pub meta: Option<RequestMeta<'a>>,
}

/// Of a list request.
#[derive(Debug, Default, Deserialize)]
pub struct ListParams<'a> {
    /// Where the page before ended.
    #[serde(borrow)]
    pub cursor: Option<Text<'a>>,
}

/// Of `tools/call` and `prompts/get`.
#[derive(Debug, Deserialize)]
pub struct NamedParams<'a> {
    /// The tool or prompt.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Its arguments: an object.
    #[serde(borrow)]
    pub arguments: Option<&'a RawValue>,
    /// What the client has answered (since 2026-07-28).
    #[serde(borrow, default, rename = "inputResponses", deserialize_with = "even_null")]
    pub input_responses: Option<&'a RawValue>,
    /// Where the call goes on (since 2026-07-28).
    #[serde(borrow, rename = "requestState")]
    pub request_state: Option<&'a RawValue>,
    /// That it is to be a task (2025-11-25).
    #[serde(borrow)]
    pub task: Option<&'a RawValue>,
}

/// Of `resources/read` and the subscriptions.
#[derive(Debug, Deserialize)]
pub struct UriParams<'a> {
    /// The resource.
    #[serde(borrow)]
    pub uri: Text<'a>,
    /// What the client has answered (since 2026-07-28).
    #[serde(borrow, default, rename = "inputResponses", deserialize_with = "even_null")]
    pub input_responses: Option<&'a RawValue>,
    /// Where the call goes on (since 2026-07-28).
    #[serde(borrow, rename = "requestState")]
    pub request_state: Option<&'a RawValue>,
}

/// Of `logging/setLevel`.
#[derive(Debug, Deserialize)]
pub struct SetLevelParams {
    /// The least severe level that is wanted.
    #[serde(deserialize_with = "word")]
    pub level: LogLevel,
}

/// Of `notifications/cancelled`.
#[derive(Debug, Deserialize)]
pub struct CancelledParams<'a> {
    /// The request that need not be answered.
    #[serde(rename = "requestId")]
    pub request_id: super::jsonrpc::Id,
    /// Why.
    #[serde(borrow)]
    pub reason: Option<Text<'a>>,
    #[serde(default, rename = "_meta", deserialize_with = "optional_object")]
    _meta: Option<NoticeMetaShape>,
}

/// Reads the parameters of a method; absent ones are read as `{}`.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
pub fn decode<'a, T: Deserialize<'a>>(params: Option<&'a RawValue>) -> Result<T, Error> {
    match params {
        Some(raw) => decode_object(raw, || "/params".to_owned()),
        None => read("{}", || "/params".to_owned()),
    }
}

/// Reads an object that stands at `root` in a message.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
pub(crate) fn decode_object<'a, T: Deserialize<'a>>(
    raw: &'a RawValue,
    root: impl Fn() -> String,
) -> Result<T, Error> {
    if raw.get().starts_with('{') {
        return read(raw.get(), root);
    }
    Err(malformed(&root(), "expected an object"))
}

/// Whether these are parameters of `initialize`.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
pub(crate) fn check_initialize(params: Option<&RawValue>) -> Result<(), Error> {
    check_object(params.map_or("{}", RawValue::get), &shape::INITIALIZE, || "/params".to_owned())
}

/// Whether an object that stands at `root` in a message looks like `shape`.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
pub(crate) fn check_object(json: &str, shape: &Shape, root: impl Fn() -> String) -> Result<(), Error> {
    if !json.starts_with('{') {
        return Err(malformed(&root(), "expected an object"));
    }
    reading::check(json, shape).map_err(|misfit| refused(&misfit, &root()))
}

/// A parameter is not what the schema says: `-32602`, which HTTP answers with 400 since 2026-07-28
/// (basic/index, "per-request protocol fields").
pub(crate) fn malformed(pointer: &str, words: impl Display) -> Error {
    Error::invalid_params(format!("{pointer}: {words}")).with_data("pointer", pointer)
}

fn read<'a, T: Deserialize<'a>>(json: &'a str, root: impl Fn() -> String) -> Result<T, Error> {
    reading::read(json).map_err(|misfit| refused(&misfit, &root()))
}

#[cold]
fn refused(misfit: &Misfit, root: &str) -> Error {
    malformed(&misfit.pointer(root), shortened(&misfit.words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'a, T: Deserialize<'a> + std::fmt::Debug>(json: &'a str) -> String {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        decode::<T>(Some(raw)).unwrap_err().to_string()
    }

    #[test]
    fn wrong_parameters_are_named_by_their_pointer() {
        assert_eq!(
            words::<NamedParams<'_>>(r#"{"name": 3}"#),
            "/params/name: invalid type: integer `3`, expected a string"
        );
        assert_eq!(words::<NamedParams<'_>>("{}"), "/params/name: missing field `name`");
        assert_eq!(words::<NamedParams<'_>>(r#"["add"]"#), "/params: expected an object");
        let meta = r#"{"_meta": {"io.modelcontextprotocol/protocolVersion": []}}"#;
        assert!(
            words::<AnyParams<'_>>(meta)
                .starts_with("/params/_meta/io.modelcontextprotocol~1protocolVersion: ")
        );
    }

    #[test]
    fn null_is_the_same_as_absent() {
        let raw: &RawValue = serde_json::from_str(r#"{"cursor": null}"#).unwrap();
        assert!(decode::<ListParams<'_>>(Some(raw)).unwrap().cursor.is_none());
    }
}
