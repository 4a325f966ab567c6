//! Questions in results, and their answers in requests (since 2026-07-28). Specification: basic/patterns/mrtr.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::elicitation::{ElicitFormParams, ElicitResult, ElicitUrlParams};
use super::method::Question;
use super::root::ListRootsResult;
use super::sampling::{CreateMessage, CreateMessageResult};

/// The questions of a result, by their names.
pub type InputRequests = BTreeMap<String, InputRequest>;
/// The answers to them, by the same names.
pub type InputResponses = BTreeMap<String, InputResponse>;

/// A question of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Asked", into = "Asked")]
#[non_exhaustive]
pub enum InputRequest {
    /// For the person.
    Elicit(ElicitParams),
    /// For the client's model.
    CreateMessage(Box<CreateMessage>),
    /// For the client's roots.
    ListRoots,
}

/// A question as it travels.
#[derive(Serialize, Deserialize)]
struct Asked {
    method: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    params: Option<Value>,
}

impl TryFrom<Asked> for InputRequest {
    type Error = String;

    fn try_from(Asked { method, params }: Asked) -> Result<Self, String> {
        fn read<T: DeserializeOwned>(method: &str, params: Option<Value>) -> Result<T, String> {
            let params = params.ok_or_else(|| format!("{method} has no `params`"))?;
            serde_json::from_value(params).map_err(|error| format!("{method}: {error}"))
        }
        match Question::named(&method) {
            Some(Question::Elicit) => read(&method, params).map(Self::Elicit),
            Some(Question::CreateMessage) => read(&method, params).map(Self::CreateMessage),
            Some(Question::ListRoots) => Ok(Self::ListRoots),
            None => Err(format!("{method} is no question of a server")),
        }
    }
}

impl From<InputRequest> for Asked {
    fn from(request: InputRequest) -> Self {
        let (method, params) = match request {
            InputRequest::Elicit(params) => (Question::Elicit, serde_json::to_value(params).ok()),
            InputRequest::CreateMessage(params) => {
                (Question::CreateMessage, serde_json::to_value(params).ok())
            }
            InputRequest::ListRoots => (Question::ListRoots, None),
        };
        Self { method: method.as_str().to_owned(), params }
    }
}

/// A question to the person, in either mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ElicitParams {
    /// Somewhere to go.
    Url(ElicitUrlParams),
    /// A form to fill in.
    Form(ElicitFormParams),
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum InputResponse {
    /// Of the person.
    Elicit(ElicitResult),
    /// Of the client's model.
    CreateMessage(Box<CreateMessageResult>),
    /// The client's roots.
    ListRoots(ListRootsResult),
}

/// A result that asks: the request is to be sent again, with the answers and the state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputRequired {
    /// The questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_requests: Option<InputRequests>,
    /// What comes back as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_state: Option<String>,
}
