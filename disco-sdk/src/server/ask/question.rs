//! A question: what goes to the client, and what has to come back.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::shortened_to;
use crate::protocol::capability::Ability;
use crate::protocol::elicitation::{ElicitAction, ElicitFormParams, ElicitResult, ElicitUrlParams};
use crate::protocol::method::Question as Method;
use crate::protocol::root::ListRootsResult;
use crate::protocol::sampling::{CreateMessage, CreateMessageResult};
use crate::protocol::version::{Feature, Version};

/// How long what an error says of a question may be.
const LABEL: usize = 48;

/// A question, before anybody has looked at the revision.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    Form { message: String, schema: Value },
    Url { message: String, link: Link },
    Asked(Arc<Asked>),
}

/// A question in the words of the protocol already. Only who asks one makes it: the types that it is made
/// of, a twentieth of a small program, stay out of a server that never does.
#[derive(Debug)]
pub(crate) struct Asked {
    method: Method,
    params: Value,
    needs: Vec<Ability>,
    label: String,
    /// Says how something is no answer to it.
    check: fn(&Value) -> Result<(), String>,
}

/// Where the person is sent.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) url: String,
    /// What it is called, unless it has no name of its own.
    pub(crate) id: Option<String>,
    /// Whether the call can do nothing before.
    pub(crate) is_required: bool,
}

impl Link {
    /// What is wrong with the URL.
    fn fault(&self) -> Option<String> {
        let (scheme, rest) = self.url.split_once(':').unwrap_or_default();
        let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let has_scheme =
            scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_of_scheme);
        let is_clean = !rest.is_empty() && !self.url.contains(|c: char| c.is_whitespace() || c.is_control());
        (!(has_scheme && is_clean))
            .then(|| format!("{:?} is no URL to send a person to", shortened(&self.url)))
    }
}

/// What came back, if it has the right shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Accepted(Value),
    Declined,
    Cancelled,
}

impl Question {
    /// For the client's model.
    pub(crate) fn sample(message: &CreateMessage) -> Self {
        let mut needs = vec![Ability::Sampling];
        if message.tools.is_some() || message.tool_choice.is_some() {
            needs.push(Ability::SamplingTools);
        }
        if message.include_context.as_ref().is_some_and(|wanted| wanted != "none") {
            needs.push(Ability::SamplingContext);
        }
        let last = message.messages.last();
        Self::Asked(Arc::new(Asked {
            method: Method::CreateMessage,
            params: written(message),
            needs,
            label: last.map(|message| message.content.text()).unwrap_or_default(),
            check: |answer| read::<CreateMessageResult>(answer).map(drop),
        }))
    }

    /// Where the person works.
    pub(crate) fn roots() -> Self {
        Self::Asked(Arc::new(Asked {
            method: Method::ListRoots,
            params: json!({}),
            needs: vec![Ability::Roots],
            label: Method::ListRoots.as_str().to_owned(),
            check: |answer| read::<ListRootsResult>(answer).map(drop),
        }))
    }

    pub(crate) fn method(&self) -> Method {
        match self {
            Self::Form { .. } | Self::Url { .. } => Method::Elicit,
            Self::Asked(asked) => asked.method,
        }
    }

    /// What the client has to be able to do.
    pub(crate) fn needs(&self) -> Vec<Ability> {
        match self {
            Self::Form { .. } => vec![Ability::Form],
            Self::Url { .. } => vec![Ability::Url],
            Self::Asked(asked) => asked.needs.clone(),
        }
    }

    /// A few words that name it in errors.
    pub(crate) fn label(&self) -> String {
        let words = match self {
            Self::Form { message, .. } | Self::Url { message, .. } => message.as_str(),
            Self::Asked(asked) => asked.label.as_str(),
        };
        shortened(words)
    }

    /// The same question, with what was wrong with the answer.
    pub(crate) fn again(&self, reason: &str) -> Self {
        let mut again = self.clone();
        if let Self::Form { message, .. } | Self::Url { message, .. } = &mut again {
            message.push_str("\n\nThe last answer did not fit: ");
            message.push_str(reason);
        }
        again
    }

    /// The parameters, in the words of `version`; `id` names a URL where the revision has such names.
    ///
    /// # Errors
    /// Names the field that the revision has no words for.
    pub(crate) fn params(&self, version: Version, id: &str) -> Result<Value, String> {
        match self {
            Self::Form { message, schema } => {
                let mut params = ElicitFormParams {
                    mode: Some("form".to_owned()),
                    message: message.clone(),
                    requested_schema: schema.clone(),
                };
                params.adapt(version).map_err(|name| {
                    format!("revision {version} has no forms in which several can be chosen, as in `{name}`")
                })?;
                Ok(written(&params))
            }
            Self::Url { message, link } => match link.fault() {
                Some(fault) => Err(fault),
                None => Ok(written(&ElicitUrlParams {
                    mode: "url".to_owned(),
                    message: message.clone(),
                    url: link.url.clone(),
                    elicitation_id: version
                        .has(Feature::ElicitationId)
                        .then(|| link.id.clone().unwrap_or_else(|| id.to_owned())),
                })),
            },
            Self::Asked(asked) => Ok(asked.params.clone()),
        }
    }

    /// Takes an answer apart.
    ///
    /// # Errors
    /// Says how it is no answer to such a question at all.
    pub(crate) fn shape(&self, answer: Value) -> Result<Said, String> {
        match self {
            Self::Form { .. } | Self::Url { .. } => {
                let result: ElicitResult = read(&answer)?;
                Ok(match result.action {
                    ElicitAction::Accept => Said::Accepted(Value::Object(result.content.unwrap_or_default())),
                    ElicitAction::Decline => Said::Declined,
                    ElicitAction::Cancel => Said::Cancelled,
                })
            }
            Self::Asked(asked) => (asked.check)(&answer).map(|()| Said::Accepted(answer)),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: &Value) -> Result<T, String> {
    if !answer.is_object() {
        return Err("expected an object".to_owned());
    }
    T::deserialize(answer).map_err(|error| error.to_string())
}

fn written(params: &impl Serialize) -> Value {
    serde_json::to_value(params).unwrap_or_default()
}

fn shortened(words: &str) -> String {
    shortened_to(LABEL, words)
}
