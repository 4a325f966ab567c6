//! One field of a form, as it travels. Specification: client/elicitation, "requested schema".

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// What one field of a form takes: a text, a number, a yes or no, one choice or several.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrimitiveSchema {
    /// `string`, `number`, `integer`, `boolean` or, for several choices, `array`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The fewest characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// The most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// `email`, `uri`, `date` or `date-time`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// The fewest choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u64>,
    /// The most choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u64>,
    /// What one can be chosen from, without titles.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// Their titles, as clients before 2025-11-25 know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enum_names: Option<Vec<String>>,
    /// What one can be chosen from, with titles (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<TitledChoice>>,
    /// What several can be chosen from (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Choices>,
    /// What is there before the person has filled it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// Something to choose, and its name for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitledChoice {
    /// What the program reads.
    #[serde(rename = "const")]
    pub value: String,
    /// What people read.
    pub title: String,
}

/// What several can be chosen from, with titles or without.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choices {
    /// `string`, where there are no titles.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Without titles.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// With titles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_of: Option<Vec<TitledChoice>>,
}
