//! The parameters of requests, borrowed from the message. `null` for an optional one is the same as none.

use std::fmt::Display;

use serde_json::value::RawValue;

use super::jsonrpc::{Id, Text};
use super::logging::LogLevel;
use super::meta::RequestMeta;
use super::reading::{self, FromObject, Misfit, Object};
use super::shape::{self, NOTICE_META, Shape};
use crate::error::{Error, shortened};

type Read<T> = Result<T, serde_json::Error>;

/// Of any request: only `_meta`.
#[derive(Debug, Default)]
pub struct AnyParams<'a> {
    /// What the request says beside its parameters.
    pub meta: Option<RequestMeta<'a>>,
}

impl<'a> FromObject<'a> for AnyParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Read<Self> {
        Ok(Self { meta: object.optional_object("_meta")? })
    }
}

/// Of a list request.
#[derive(Debug, Default)]
pub struct ListParams<'a> {
    /// Where the page before ended.
    pub cursor: Option<Text<'a>>,
}

impl<'a> FromObject<'a> for ListParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Read<Self> {
        Ok(Self { cursor: object.optional_text("cursor")? })
    }
}

/// Of `tools/call` and `prompts/get`.
#[derive(Debug)]
pub struct NamedParams<'a> {
    /// The tool or prompt.
    pub name: Text<'a>,
    /// Its arguments: an object.
    pub arguments: Option<&'a RawValue>,
    /// What the client has answered (since 2026-07-28).
    pub input_responses: Option<&'a RawValue>,
    /// Where the call goes on (since 2026-07-28).
    pub request_state: Option<&'a RawValue>,
    /// That it is to be a task (2025-11-25).
    pub task: Option<&'a RawValue>,
}

impl<'a> FromObject<'a> for NamedParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Read<Self> {
        Ok(Self {
            name: object.text("name")?,
            arguments: object.raw("arguments")?,
            input_responses: object.given("inputResponses")?,
            request_state: object.raw("requestState")?,
            task: object.raw("task")?,
        })
    }
}

/// Of `resources/read` and the subscriptions.
#[derive(Debug)]
pub struct UriParams<'a> {
    /// The resource.
    pub uri: Text<'a>,
    /// What the client has answered (since 2026-07-28).
    pub input_responses: Option<&'a RawValue>,
    /// Where the call goes on (since 2026-07-28).
    pub request_state: Option<&'a RawValue>,
}

impl<'a> FromObject<'a> for UriParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Read<Self> {
        Ok(Self {
            uri: object.text("uri")?,
            input_responses: object.given("inputResponses")?,
            request_state: object.raw("requestState")?,
        })
    }
}

/// Of `logging/setLevel`.
#[derive(Debug)]
pub struct SetLevelParams {
    /// The least severe level that is wanted.
    pub level: LogLevel,
}

impl FromObject<'_> for SetLevelParams {
    fn from_object(object: &Object<'_, '_>) -> Read<Self> {
        Ok(Self { level: object.word("level", &LogLevel::NAMES, LogLevel::named)? })
    }
}

/// Of `notifications/cancelled`.
#[derive(Debug)]
pub struct CancelledParams<'a> {
    /// The request that need not be answered.
    pub request_id: Id,
    /// Why.
    pub reason: Option<Text<'a>>,
}

impl<'a> FromObject<'a> for CancelledParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Read<Self> {
        object.check("_meta", &NOTICE_META)?;
        Ok(Self { request_id: Id::of(object, "requestId")?, reason: object.optional_text("reason")? })
    }
}

/// Reads the parameters of a method; absent ones are read as `{}`.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
pub(crate) fn decode<'a, T: FromObject<'a>>(params: Option<&'a RawValue>) -> Result<T, Error> {
    match params {
        Some(raw) => decode_object(raw, || "/params".to_owned()),
        None => read("{}", || "/params".to_owned()),
    }
}

/// Reads an object that stands at `root` in a message.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
fn decode_object<'a, T: FromObject<'a>>(raw: &'a RawValue, root: impl Fn() -> String) -> Result<T, Error> {
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

fn read<'a, T: FromObject<'a>>(json: &'a str, root: impl Fn() -> String) -> Result<T, Error> {
    reading::read_object(json).map_err(|misfit| refused(&misfit, &root()))
}

#[cold]
fn refused(misfit: &Misfit, root: &str) -> Error {
    malformed(&misfit.pointer(root), shortened(&misfit.words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'a, T: FromObject<'a> + std::fmt::Debug>(json: &'a str) -> String {
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
