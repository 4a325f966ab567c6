//! Completion of arguments. Specification: server/utilities/completion.

use std::collections::HashMap;

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::Error;

use super::reading::{FromObject, Object};

/// What is being filled in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Reference {
    /// A prompt, by its name.
    #[serde(rename = "ref/prompt")]
    Prompt {
        /// Its name.
        name: String,
    },
    /// A resource template, by its template.
    #[serde(rename = "ref/resource")]
    Resource {
        /// Its template.
        uri: String,
    },
}

impl FromObject<'_> for Reference {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        let (name, uri, _) = (object.string("name")?, object.string("uri")?, object.optional_text("title")?);
        let needed = |member: Option<String>, name| member.ok_or_else(|| Error::missing_field(name));
        match object.text("type")?.as_str() {
            "ref/prompt" => needed(name, "name").map(|name| Self::Prompt { name }),
            "ref/resource" => needed(uri, "uri").map(|uri| Self::Resource { uri }),
            other => object.fail("type", Error::unknown_variant(other, &["ref/prompt", "ref/resource"])),
        }
    }
}

/// The argument that is being typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What has been typed.
    pub value: String,
}

impl FromObject<'_> for Argument {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self { name: object.text("name")?.into_string(), value: object.text("value")?.into_string() })
    }
}

/// What is known besides (since 2025-06-18).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CompletionContext {
    /// The other arguments, as far as they are filled in.
    pub arguments: Option<HashMap<String, String>>,
}

impl FromObject<'_> for CompletionContext {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self { arguments: object.texts("arguments")? })
    }
}

/// The parameters of a completion request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompleteParams {
    /// What is being filled in.
    #[serde(rename = "ref")]
    pub reference: Reference,
    /// The argument that is being typed.
    pub argument: Argument,
    /// What is known besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<CompletionContext>,
}

impl FromObject<'_> for CompleteParams {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self {
            reference: object.object("ref")?,
            argument: object.object("argument")?,
            context: object.optional_object("context")?,
        })
    }
}

/// How an argument could go on: at most 100 values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// The values, the best first.
    pub values: Vec<String>,
    /// How many there are in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether there are more than these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
}

impl Completion {
    /// The most values that one answer may hold (server/utilities/completion).
    pub const MAX_VALUES: usize = 100;

    /// The first hundred of `values`, and how many there are in all.
    #[must_use]
    pub fn of(mut values: Vec<String>) -> Self {
        let total = values.len();
        values.truncate(Self::MAX_VALUES);
        Self { has_more: Some(total > values.len()), total: Some(total as u64), values }
    }
}

/// The answer to `completion/complete`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompleteResult {
    /// How the argument could go on.
    pub completion: Completion,
}
