//! The parameters of requests, borrowed from the message. `null` for an optional one is the same as none.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fault::locate;
use super::jsonrpc::{Text, even_null};
use super::logging::LogLevel;
use super::meta::RequestMeta;
use crate::error::Error;

/// Of any request: only `_meta`.
#[derive(Debug, Default, Deserialize)]
pub struct AnyParams<'a> {
    /// What the request says beside its parameters.
    #[serde(borrow, rename = "_meta")]
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
}

/// Reads the parameters of a method; absent ones are read as `{}`.
///
/// # Errors
/// `-32602` with the JSON pointer of what is wrong.
pub fn decode<'a, T: Deserialize<'a>>(params: Option<&'a RawValue>) -> Result<T, Error> {
    let raw = params.map_or("{}", RawValue::get);
    serde_json::from_str(raw).map_err(|error| {
        let (pointer, words) = locate::<T>(raw.as_bytes(), "/params", &error);
        Error::invalid_params(format!("{pointer}: {words}")).with_data("pointer", pointer)
    })
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
        assert_eq!(words::<NamedParams<'_>>("{}"), "/params: missing field `name`");
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
