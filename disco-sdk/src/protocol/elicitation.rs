//! What a server asks a client's user. Specification: client/elicitation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The parameters of `elicitation/create` in form mode.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElicitFormParams {
    /// `form` (since 2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// What the person reads.
    pub message: String,
    /// The fields: a flat object.
    pub requested_schema: Value,
}

/// The parameters of `elicitation/create` in URL mode (since 2025-11-25).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ElicitUrlParams {
    /// `url`
    pub mode: String,
    /// Why the person should go there.
    pub message: String,
    /// Where to go.
    pub url: String,
    /// What `notifications/elicitation/complete` will name (2025-11-25 only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elicitation_id: Option<String>,
}

/// What the person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElicitAction {
    /// Gave what was asked for, or went where they were sent.
    Accept,
    /// Said no.
    Decline,
    /// Said neither.
    Cancel,
}

/// The answer to `elicitation/create`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElicitResult {
    /// What the person did.
    pub action: ElicitAction,
    /// The fields; only with `accept` in form mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Map<String, Value>>,
}
