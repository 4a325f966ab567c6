//! Completion of arguments. Specification: server/utilities/completion.

use std::collections::HashMap;

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::shape::{object, optional_object, word};

/// What is being filled in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", try_from = "ReferenceMembers")]
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

/// A [`Reference`] as it is read: member by member, so that the one that is wrong can be named.
#[derive(Deserialize)]
struct ReferenceMembers {
    #[serde(rename = "type", deserialize_with = "word")]
    kind: Kind,
    name: Option<String>,
    uri: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "ref/prompt")]
    Prompt,
    #[serde(rename = "ref/resource")]
    Resource,
}

impl TryFrom<ReferenceMembers> for Reference {
    type Error = serde::de::value::Error;

    fn try_from(members: ReferenceMembers) -> Result<Self, Self::Error> {
        match members.kind {
            Kind::Prompt => members.name.map(|name| Self::Prompt { name }).ok_or("name"),
            Kind::Resource => members.uri.map(|uri| Self::Resource { uri }).ok_or("uri"),
        }
        .map_err(Self::Error::missing_field)
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

/// What is known besides (since 2025-06-18).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CompletionContext {
    /// The other arguments, as far as they are filled in.
    pub arguments: Option<HashMap<String, String>>,
}

/// The parameters of a completion request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompleteParams {
    /// What is being filled in.
    #[serde(rename = "ref", deserialize_with = "object")]
    pub reference: Reference,
    /// The argument that is being typed.
    #[serde(deserialize_with = "object")]
    pub argument: Argument,
    /// What is known besides.
    #[serde(default, deserialize_with = "optional_object", skip_serializing_if = "Option::is_none")]
    pub context: Option<CompletionContext>,
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
