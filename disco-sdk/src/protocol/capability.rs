//! What each side can do. Specification: basic/lifecycle (2025-11-25), basic/index "`_meta`" (2026-07-28).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::task::EXTENSION;

/// What a client can do for a server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Map<String, Value>")]
#[non_exhaustive]
pub struct ClientCapabilities {
    /// Lists its roots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roots: Option<Map<String, Value>>,
    /// Asks its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Map<String, Value>>,
    /// Asks its user (since 2025-06-18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elicitation: Option<Map<String, Value>>,
    /// Things outside the specification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experimental: Option<Map<String, Value>>,
    /// Extensions by their identifiers (since 2026-07-28).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Map<String, Value>>,
}

/// Something that a server may ask of a client that can do it.
///
/// ```
/// use disco_sdk::protocol::capability::{Ability, ClientCapabilities};
/// let client: ClientCapabilities = serde_json::from_value(serde_json::json!({"elicitation": {}})).unwrap();
/// assert!(client.has(Ability::Form) && !client.has(Ability::Url));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ability {
    /// Shows its user a form (since 2025-06-18).
    Form,
    /// Sends its user to a URL (since 2025-11-25).
    Url,
    /// Asks its model.
    Sampling,
    /// Asks its model and lets it use tools (since 2025-11-25).
    SamplingTools,
    /// Asks its model and shows it more context.
    SamplingContext,
    /// Lists its roots.
    Roots,
    /// Takes a task for an answer (since 2026-07-28).
    Tasks,
}

impl Ability {
    /// The capability that a client declares.
    #[must_use]
    pub fn required(self) -> Value {
        let (capability, detail) = match self {
            Self::Form => ("elicitation", Some("form")),
            Self::Url => ("elicitation", Some("url")),
            Self::Sampling => ("sampling", None),
            Self::SamplingTools => ("sampling", Some("tools")),
            Self::SamplingContext => ("sampling", Some("context")),
            Self::Roots => ("roots", None),
            Self::Tasks => ("extensions", Some(EXTENSION)),
        };
        let details: Map<String, Value> =
            detail.into_iter().map(|name| (name.to_owned(), Map::new().into())).collect();
        Map::from_iter([(capability.to_owned(), details.into())]).into()
    }
}

impl TryFrom<Map<String, Value>> for ClientCapabilities {
    type Error = String;

    fn try_from(mut all: Map<String, Value>) -> Result<Self, String> {
        let mut known = ["roots", "sampling", "elicitation", "experimental", "extensions"]
            .map(|name| (name, all.remove(name).unwrap_or_default()));
        if let Some((name, _)) = known.iter().find(|(_, value)| !value.is_object() && !value.is_null()) {
            return Err(format!("`{name}` is no object"));
        }
        let [roots, sampling, elicitation, experimental, extensions] =
            known.each_mut().map(|(_, value)| match value.take() {
                Value::Object(members) => Some(members),
                _ => None,
            });
        Ok(Self { roots, sampling, elicitation, experimental, extensions })
    }
}

impl ClientCapabilities {
    /// Whether there is anything that the client can be asked.
    #[must_use]
    pub fn can_be_asked(&self) -> bool {
        self.roots.is_some() || self.sampling.is_some() || self.elicitation.is_some()
    }

    /// Whether the client can do this. `elicitation: {}` means forms and no URLs.
    #[must_use]
    pub fn has(&self, ability: Ability) -> bool {
        let within = |capability: &Option<Map<String, Value>>, member: &str| {
            capability.as_ref().is_some_and(|members| members.contains_key(member))
        };
        match ability {
            Ability::Form => self
                .elicitation
                .as_ref()
                .is_some_and(|modes| modes.contains_key("form") || !modes.contains_key("url")),
            Ability::Url => within(&self.elicitation, "url"),
            Ability::Sampling => self.sampling.is_some(),
            Ability::SamplingTools => within(&self.sampling, "tools"),
            Ability::SamplingContext => within(&self.sampling, "context"),
            Ability::Roots => self.roots.is_some(),
            Ability::Tasks => within(&self.extensions, EXTENSION),
        }
    }
}

/// What a server offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServerCapabilities {
    /// Tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Map<String, Value>>,
    /// Resources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Map<String, Value>>,
    /// Prompts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts: Option<Map<String, Value>>,
    /// Log messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging: Option<Map<String, Value>>,
    /// Completion of arguments (since 2025-03-26).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completions: Option<Map<String, Value>>,
    /// Tasks that a client asks for (2025-11-25).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Map<String, Value>>,
    /// Things outside the specification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experimental: Option<Map<String, Value>>,
    /// Extensions by their identifiers (since 2026-07-28).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Map<String, Value>>,
}
