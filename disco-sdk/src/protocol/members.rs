//! The parameters of a request, split into their members while the message is read.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::jsonrpc::{Text, once};
use super::meta::{KnownMeta, RequestMeta};
use super::params::{AnyParams, ListParams, NamedParams, UriParams, decode};
use super::reading;
use super::scan::Scan;
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
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    meta: Option<RequestMeta<'a>>,
    name: Option<Text<'a>>,
    arguments: Option<&'a RawValue>,
    uri: Option<Text<'a>>,
    cursor: Option<Text<'a>>,
    task_id: Option<Text<'a>>,
    input_responses: Option<&'a RawValue>,
    request_state: Option<&'a RawValue>,
    task: Option<&'a RawValue>,
}

impl<'a> Members<'a> {
    /// Splits the parameters that stand here; they are filled in where they stay. `None`: one of them is
    /// not what most methods take it for.
    pub(super) fn scan(scan: &mut Scan<'a>, known: Option<&'a KnownMeta>) -> Option<Box<Self>> {
        let mut members = Box::<Self>::default();
        scan.members(|scan, name| match name {
            "_meta" => {
                members.meta.is_none().then_some(())?;
                match known.filter(|known| scan.is_at(&known.text)) {
                    Some(known) => members.meta = Some(known.read()),
                    None => RequestMeta::scan(scan, members.meta.insert(RequestMeta::default()))?,
                }
                Some(())
            }
            "name" => once(&mut members.name, scan.text()?),
            "arguments" => once(&mut members.arguments, given(scan)?),
            "uri" => once(&mut members.uri, scan.text()?),
            "cursor" => once(&mut members.cursor, scan.text()?),
            "taskId" => once(&mut members.task_id, scan.text()?),
            "inputResponses" => once(&mut members.input_responses, given(scan)?),
            "requestState" => once(&mut members.request_state, given(scan)?),
            "task" => once(&mut members.task, given(scan)?),
            _ => scan.value().map(drop),
        })?;
        Some(members)
    }
}

/// The value that stands here, unless it is `null`, which some take for a value and others for none.
pub(super) fn given<'a>(scan: &mut Scan<'a>) -> Option<&'a RawValue> {
    scan.raw().filter(|raw| raw.get() != "null")
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
        let message = str::from_utf8(self.message).ok()?;
        reading::member(message, "params").filter(|params| params.get() != "null")
    }

    /// What the request says beside them.
    ///
    /// # Errors
    /// `-32602`: its `_meta` is no such thing.
    pub fn meta(&self) -> Result<Option<Cow<'_, RequestMeta<'a>>>, Error> {
        match self.members.as_deref() {
            Some(members) => Ok(members.meta.as_ref().map(Cow::Borrowed)),
            None => decode::<AnyParams<'_>>(self.raw()).map(|params| params.meta.map(Cow::Owned)),
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

    /// What everybody who may ask is told, whichever way it was read.
    fn all(params: &Params<'_>) -> Vec<String> {
        let meta =
            |meta: Cow<'_, RequestMeta<'_>>| format!("{:?}", RequestMeta { text: "", ..meta.into_owned() });
        vec![
            format!("{:?}", params.meta().map(|found| found.map(meta))),
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

    #[test]
    fn a_meta_that_is_known_is_what_it_was_when_it_was_read() {
        let message =
            |meta: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"_meta":{meta}}}}}"#);
        let read = |known: Option<&KnownMeta>, message: &str| match jsonrpc::parse_after(
            known,
            message.as_bytes(),
            64,
        ) {
            Ok(Message::Request(request)) => {
                let meta = request.params.meta().unwrap().unwrap().into_owned();
                let is_known = known.is_some_and(|known| std::ptr::eq(&raw const *known.text, meta.text));
                assert_eq!(all(&request.params), all(&Params::unread(message.as_bytes())), "{message}");
                (KnownMeta::of(&meta, 300), is_known)
            }
            _ => panic!("{message} is a request"),
        };
        let version = r#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#;
        let client = r#""io.modelcontextprotocol/clientInfo":{"name":"ada","version":"1"},"other":[{}]"#;
        let log = r#""io.modelcontextprotocol/logLevel":"info""#;
        let first =
            format!(r#"{{{version},{client},"io.modelcontextprotocol/clientCapabilities":{{}},{log}}}"#);
        let (known, _) = read(None, &message(&first));
        assert_eq!(*known.text, *first);
        for (meta, is_known) in [
            (first.clone(), true),
            (format!(" \n{first} "), true),
            (first.replace("ada", "bob"), false),
            (first.replace(log, r#""progressToken":1"#), false),
            (format!("{{{version}}}"), false),
            ("{}".to_owned(), false),
        ] {
            assert_eq!(read(Some(&known), &message(&meta)).1, is_known, "{meta}");
        }
        let behind = message(&format!("{first}x"));
        assert!(jsonrpc::parse_after(Some(&known), behind.as_bytes(), 64).is_err());
        for passing in
            [format!("{{{version},\"progressToken\":1}}"), format!("{{\"other\":\"{}\"}}", "x".repeat(300))]
        {
            let (unknown, _) = read(None, &message(&passing));
            assert_eq!(*unknown.text, *"");
            assert!(!read(Some(&unknown), &message(&passing)).1);
        }
    }
}
