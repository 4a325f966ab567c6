//! The parameters of a request, split into their members while the message is read.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::jsonrpc::{Text, even_null};
use super::meta::RequestMeta;
use super::params::{AnyParams, ListParams, NamedParams, UriParams, decode};
use super::shape::optional_object;
use super::task::TaskParams;
use crate::error::Error;

/// The parameters of a request.
///
/// They are split while the message is read. Whoever looks at them later, the headers' check and the
/// method among them, takes what is there and does not walk over them again.
#[derive(Debug)]
pub struct Params<'a> {
    /// The message that they stand in.
    message: &'a [u8],
    /// `None`: a member is not what most methods take it for. Each reads them for itself then, and
    /// says what is wrong with them, if it minds. In a box, because they go through many hands: to move
    /// them costs more.
    members: Option<Box<Members<'a>>>,
}

/// What the parameters of the usual methods are made of.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Members<'a> {
    #[serde(borrow, default, rename = "_meta", deserialize_with = "optional_object")]
    meta: Option<RequestMeta<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    uri: Option<Text<'a>>,
    #[serde(borrow)]
    cursor: Option<Text<'a>>,
    #[serde(borrow, rename = "taskId")]
    task_id: Option<Text<'a>>,
    #[serde(borrow, default, rename = "inputResponses", deserialize_with = "even_null")]
    input_responses: Option<&'a RawValue>,
    #[serde(borrow, rename = "requestState")]
    request_state: Option<&'a RawValue>,
    #[serde(borrow)]
    task: Option<&'a RawValue>,
}

impl<'a> Params<'a> {
    /// Those that were split while `message` was read.
    pub(super) fn split(message: &'a [u8], members: Box<Members<'a>>) -> Self {
        Self { message, members: Some(members) }
    }

    /// Those of `message`, not looked at yet.
    #[must_use]
    pub fn unread(message: &'a [u8]) -> Self {
        Self { message, members: None }
    }

    /// The message that they stand in.
    #[must_use]
    pub fn message(&self) -> &'a [u8] {
        self.message
    }

    /// As they are written, for who needs that: the message is walked over once more.
    #[must_use]
    pub fn raw(&self) -> Option<&'a RawValue> {
        #[derive(Deserialize)]
        struct Only<'a> {
            #[serde(borrow)]
            params: Option<&'a RawValue>,
        }
        serde_json::from_slice::<Only<'a>>(self.message).ok()?.params
    }

    /// What the request says beside them.
    ///
    /// # Errors
    /// `-32602`: its `_meta` is no such thing.
    pub fn meta(&self) -> Result<Option<RequestMeta<'a>>, Error> {
        match self.members.as_deref() {
            Some(members) => Ok(members.meta.clone()),
            None => decode::<AnyParams<'_>>(self.raw()).map(|params| params.meta),
        }
    }

    /// Those of `tools/call` and `prompts/get`.
    ///
    /// # Errors
    /// `-32602` with the JSON pointer of what is wrong.
    pub fn named(&self) -> Result<NamedParams<'a>, Error> {
        match self.members.as_deref() {
            Some(Members { name: Some(name), arguments, input_responses, request_state, task, .. }) => {
                Ok(NamedParams {
                    name: name.clone(),
                    arguments: *arguments,
                    input_responses: *input_responses,
                    request_state: *request_state,
                    task: *task,
                })
            }
            _ => decode(self.raw()),
        }
    }

    /// Those of `resources/read` and the subscriptions.
    ///
    /// # Errors
    /// `-32602` with the JSON pointer of what is wrong.
    pub fn uri(&self) -> Result<UriParams<'a>, Error> {
        match self.members.as_deref() {
            Some(Members { uri: Some(uri), input_responses, request_state, .. }) => Ok(UriParams {
                uri: uri.clone(),
                input_responses: *input_responses,
                request_state: *request_state,
            }),
            _ => decode(self.raw()),
        }
    }

    /// Those of a list request.
    ///
    /// # Errors
    /// `-32602` with the JSON pointer of what is wrong.
    pub fn page(&self) -> Result<ListParams<'a>, Error> {
        match self.members.as_deref() {
            Some(members) => Ok(ListParams { cursor: members.cursor.clone() }),
            None => decode(self.raw()),
        }
    }

    /// Those of `tasks/get`, `tasks/cancel` and `tasks/result`.
    ///
    /// # Errors
    /// `-32602` with the JSON pointer of what is wrong.
    pub fn task(&self) -> Result<TaskParams<'a>, Error> {
        match self.members.as_deref() {
            Some(Members { task_id: Some(task_id), .. }) => Ok(TaskParams { task_id: task_id.clone() }),
            _ => decode(self.raw()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::jsonrpc::{self, Message};

    /// What everybody who may ask is told.
    fn all(params: &Params<'_>) -> Vec<String> {
        vec![
            format!("{:?}", params.meta()),
            format!("{:?}", params.named()),
            format!("{:?}", params.uri()),
            format!("{:?}", params.page()),
            format!("{:?}", params.task()),
        ]
    }

    #[test]
    fn what_is_split_is_what_each_method_would_read_for_itself() {
        for params in [
            r#"{"name": "add", "arguments": {"a": 1}, "_meta": {"progressToken": 7, "other": []}}"#,
            r#"{"name": "a\u0064d", "arguments": null, "task": {"ttl": 1}, "requestState": "s"}"#,
            r#"{"uri": "note://1", "inputResponses": null, "cursor": null}"#,
            r#"{"taskId": "t", "cursor": "c", "inputResponses": {}}"#,
            r#"{"name": null, "uri": 3, "cursor": 4, "taskId": []}"#,
            r#"{"_meta": {"progressToken": 1.5}, "name": "add"}"#,
            r#"{"_meta": [], "name": "add"}"#,
            r#"{"name": "a", "name": "b"}"#,
            r#"{"cursor": "\ud800"}"#,
            r#"["add"]"#,
            "{}",
            "null",
            "7",
        ] {
            let message = format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": "m", "params": {params}}}"#);
            let Ok(Message::Request(request)) = jsonrpc::parse(message.as_bytes(), 64) else {
                panic!("{message} is a request");
            };
            assert_eq!(all(&request.params), all(&Params::unread(message.as_bytes())), "{params}");
            assert_eq!(request.params.raw().map_or("null", RawValue::get), params);
        }
    }
}
