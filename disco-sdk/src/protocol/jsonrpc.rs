//! JSON-RPC 2.0: one message in, one message out. Parameters stay raw until the method is known.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::members::{Members, Params};
use super::meta::KnownMeta;
use super::reading::{self, FromObject, Object};
use super::scan::Scan;
use crate::error::{Error, ErrorCode, shortened};

/// Text of a message, borrowed where it has no escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

impl<'a> Text<'a> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn borrowed(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The same, to be kept.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrow;
        impl<'de> Visitor<'de> for Borrow {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrow)
    }
}

/// What is wrong with what is no id.
const NO_ID: &str = "expected a string or a whole number of at most 64 bits";

/// The id of a request: a whole number or a text. `1` and `"1"` are two ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// A whole number.
    Number(i64),
    /// A text. (Were it called `String`, rustc would name the real one by its full path in every message.)
    Text(Box<str>),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl Id {
    fn parse(raw: &str) -> Option<Self> {
        match raw.as_bytes().first()? {
            b'"' => serde_json::from_str(raw).ok().map(Self::Text),
            _ => raw.parse().ok().map(Self::Number),
        }
    }

    /// What stands in an object under `name`.
    pub(super) fn of(object: &Object<'_, '_>, name: &'static str) -> Result<Self, serde_json::Error> {
        let raw = object.given(name)?.ok_or_else(|| serde_json::Error::missing_field(name))?;
        Self::parse(raw.get()).map_or_else(|| object.fail(name, serde_json::Error::custom(NO_ID)), Ok)
    }
}

/// One message, its parameters not yet looked at.
#[derive(Debug)]
pub enum Message<'a> {
    /// Wants an answer.
    Request(Request<'a>),
    /// Wants none.
    Notification(Notification<'a>),
    /// Answers a request of ours.
    Response(Response<'a>),
}

/// A question of the peer.
#[derive(Debug)]
pub struct Request<'a> {
    /// What the answer is to be called.
    pub id: Id,
    /// What is asked.
    pub method: Text<'a>,
    /// With which parameters.
    pub params: Params<'a>,
}

/// A message that wants no answer.
#[derive(Debug)]
pub struct Notification<'a> {
    /// What happened.
    pub method: Text<'a>,
    /// Its parameters.
    pub params: Option<&'a RawValue>,
}

/// The peer's answer to a request of ours.
#[derive(Debug)]
pub struct Response<'a> {
    /// Which request it answers.
    pub id: Id,
    /// The result, or the error object, both raw.
    pub outcome: Result<&'a RawValue, &'a RawValue>,
}

/// A message that could not be taken, and the id to answer it with, if it had one.
#[derive(Debug)]
pub struct Malformed {
    /// The id, where it could be read.
    pub id: Option<Id>,
    /// What was wrong.
    pub error: Error,
}

impl Malformed {
    /// JSON, but no message: the member at `pointer` is wrong.
    fn at(id: Option<Id>, pointer: &str, words: &str) -> Self {
        let mut malformed = Self::new(id, ErrorCode::INVALID_REQUEST, format!("{pointer}: {words}"));
        malformed.error = malformed.error.with_data("pointer", pointer);
        malformed
    }

    fn new(id: Option<Id>, code: ErrorCode, message: impl Into<String>) -> Self {
        let error = Error::protocol(code, message);
        Self { id, error }
    }
}

struct Envelope<'a> {
    jsonrpc: Option<Text<'a>>,
    id: Option<&'a RawValue>,
    method: Option<Text<'a>>,
    params: Option<&'a RawValue>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
}

impl<'a> FromObject<'a> for Envelope<'a> {
    fn from_object(object: &Object<'a, '_>) -> Result<Self, serde_json::Error> {
        Ok(Self {
            jsonrpc: object.optional_text("jsonrpc")?,
            id: object.given("id")?,
            method: object.optional_text("method")?,
            params: object.raw("params")?,
            result: object.given("result")?,
            error: object.raw("error")?,
        })
    }
}

/// Reads one message. Nesting deeper than `max_depth` is refused.
///
/// # Errors
/// `-32700` if it is not JSON, `-32600` if it is JSON but no message.
pub fn parse(bytes: &[u8], max_depth: usize) -> Result<Message<'_>, Malformed> {
    parse_after(None, bytes, max_depth)
}

/// The same where a `_meta` is known from before, which was read with the same `max_depth`.
///
/// # Errors
/// The same.
pub(crate) fn parse_after<'a>(
    known: Option<&'a KnownMeta>,
    bytes: &'a [u8],
    max_depth: usize,
) -> Result<Message<'a>, Malformed> {
    if let Some(request) = read_request(known, bytes, max_depth) {
        return Ok(Message::Request(request));
    }
    if is_deeper_than(bytes, max_depth) {
        return Err(Malformed::new(
            None,
            ErrorCode::PARSE_ERROR,
            format!("the message is nested deeper than {max_depth} levels"),
        ));
    }
    let no_json =
        |error: &dyn fmt::Display| Malformed::new(None, ErrorCode::PARSE_ERROR, format!("not JSON: {error}"));
    let text = str::from_utf8(bytes).map_err(|error| no_json(&error))?;
    let json: &RawValue = serde_json::from_str(text).map_err(|error| no_json(&error))?;
    let envelope = if json.get().starts_with('{') {
        match reading::read_object::<Envelope<'_>>(json.get()) {
            Err(misfit) if misfit.is_no_json => return Err(no_json(&misfit.words)),
            read => read.map_err(|misfit| (misfit.pointer(""), shortened(&misfit.words))),
        }
    } else {
        Err((String::new(), "expected an object".to_owned()))
    };
    let envelope = envelope.map_err(|(pointer, words)| {
        Malformed::at(recover_id(json.get()), &pointer, &format!("not a JSON-RPC message: {words}"))
    })?;
    classify(envelope, bytes)
}

/// Reads a request in one pass, its parameters too. `None`: it is no request, or something about it is
/// unusual or wrong; it is read again then, member by member, to say what.
///
/// To look for the parameters first, and then into them for each who asks, was 12,000 instructions a call.
fn read_request<'a>(known: Option<&'a KnownMeta>, bytes: &'a [u8], max_depth: usize) -> Option<Request<'a>> {
    // All of it at once, and not each text by itself.
    let mut scan = Scan::new(str::from_utf8(bytes).ok()?, max_depth);
    let (mut version, mut id, mut method, mut members) = (None, None, None, None);
    scan.members(|scan, name| match name {
        "jsonrpc" => once(&mut version, scan.text()?),
        "id" => once(&mut id, Id::parse(scan.value()?)?),
        "method" => once(&mut method, scan.text()?),
        "params" => once(&mut members, Members::scan(scan, known)?),
        "result" | "error" => None,
        _ => scan.value().map(drop),
    })?;
    scan.end()?;
    version.filter(|version| version.as_str() == "2.0")?;
    let params = Params::split(bytes, members.unwrap_or_default());
    Some(Request { id: id?, method: method?, params })
}

/// Puts a member where nothing is: what stands there twice is wrong.
pub(super) fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn classify<'a>(envelope: Envelope<'a>, bytes: &'a [u8]) -> Result<Message<'a>, Malformed> {
    let invalid = Malformed::at;
    let id = match envelope.id.map(RawValue::get) {
        Some("null") if envelope.method.is_some() => {
            return Err(invalid(None, "/id", "the id of a request must not be null"));
        }
        None | Some("null") => None,
        Some(raw) => Some(Id::parse(raw).ok_or_else(|| invalid(None, "/id", NO_ID))?),
    };
    if envelope.jsonrpc.as_ref().map(Text::as_str) != Some("2.0") {
        return Err(invalid(id, "/jsonrpc", "expected \"2.0\""));
    }
    match (envelope.method, id, envelope.result, envelope.error) {
        (Some(method), Some(id), None, None) => {
            Ok(Message::Request(Request { id, method, params: Params::unread(bytes) }))
        }
        (Some(method), None, None, None) => {
            Ok(Message::Notification(Notification { method, params: envelope.params }))
        }
        (None, Some(id), Some(result), None) => Ok(Message::Response(Response { id, outcome: Ok(result) })),
        (None, Some(id), None, Some(error)) => Ok(Message::Response(Response { id, outcome: Err(error) })),
        (None, id, None, None) => {
            Err(invalid(id, "/method", "neither `method` nor `result` nor `error` is there"))
        }
        (method, id, Some(_), None) if method.is_some() => {
            Err(invalid(id, "/result", "a message with a `method` has no result"))
        }
        (method, id, _, Some(_)) if method.is_some() => {
            Err(invalid(id, "/error", "a message with a `method` has no error"))
        }
        (_, id, _, _) => Err(invalid(id, "/id", "a response needs one id and one of `result` and `error`")),
    }
}

fn recover_id(json: &str) -> Option<Id> {
    Id::parse(reading::member(json, "id")?.get())
}

/// Whether arrays and objects stand in each other more than `max` deep.
fn is_deeper_than(bytes: &[u8], max: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for &byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > max {
                    return true;
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// What an error message begins with.
const VERSION_MEMBER: &[u8] = br#"{"jsonrpc":"2.0","#;

/// Starts an answer in `out`: everything up to the result itself.
pub(crate) fn begin_result(out: &mut Vec<u8>, id: &Id) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    write_json(out, id);
    out.extend_from_slice(br#","result":"#);
}

/// Writes `value` as JSON. Our own types cannot fail to be written.
pub(crate) fn write_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let before = out.len();
    if let Err(error) = serde_json::to_writer(&mut *out, value) {
        write_null(out, before, &error);
    }
}

#[cold]
fn write_null(out: &mut Vec<u8>, before: usize, error: &serde_json::Error) {
    tracing::error!(%error, "a value could not be written as JSON");
    out.truncate(before);
    out.extend_from_slice(b"null");
}

/// An error message; `id` is left out where none is known, as MCP's schema asks.
pub(crate) fn error_message(id: Option<&Id>, code: ErrorCode, error: &Error) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    out.extend_from_slice(VERSION_MEMBER);
    if let Some(id) = id {
        out.extend_from_slice(br#""id":"#);
        write_json(&mut out, id);
        out.push(b',');
    }
    out.extend_from_slice(br#""error":{"code":"#);
    write_json(&mut out, &code);
    out.extend_from_slice(br#","message":"#);
    write_json(&mut out, error.message());
    let data = error_data(error);
    if !data.is_empty() {
        out.extend_from_slice(br#","data":"#);
        write_json(&mut out, &data);
    }
    out.extend_from_slice(b"}}");
    out
}

/// What an answer says, whoever asked: everything behind its id.
pub(crate) fn behind_id<'a>(answer: &'a [u8], id: &Id) -> Option<&'a [u8]> {
    answer.strip_prefix(up_to_id(id).as_slice())
}

/// The answer that says the same to another request.
pub(crate) fn answer_again(id: &Id, behind_id: &[u8]) -> Vec<u8> {
    let mut out = up_to_id(id);
    out.extend_from_slice(behind_id);
    out
}

fn up_to_id(id: &Id) -> Vec<u8> {
    let mut out = [VERSION_MEMBER, br#""id":"#].concat();
    write_json(&mut out, id);
    out.push(b',');
    out
}

/// Adds the id `null` to an error message without an id, as JSON-RPC asks.
pub(crate) fn add_null_id(message: &mut Vec<u8>) {
    let after = VERSION_MEMBER.len();
    message.splice(after..after, *br#""id":null,"#);
}

fn error_data(error: &Error) -> serde_json::Map<String, serde_json::Value> {
    let mut data = error.data().clone();
    if let Some(name) = error.name() {
        data.insert("code".into(), name.into());
    }
    if let Some(suggestion) = error.suggestion() {
        data.insert("suggestion".into(), suggestion.into());
    }
    data
}

/// A request of ours.
pub(crate) fn request<P: Serialize>(id: &Id, method: &str, params: &P) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    write_json(&mut out, id);
    out.extend_from_slice(br#","method":"#);
    write_json(&mut out, method);
    out.extend_from_slice(br#","params":"#);
    write_json(&mut out, params);
    out.push(b'}');
    out
}

/// A notification of ours.
pub(crate) fn notification<P: Serialize>(method: &str, params: &P) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    out.extend_from_slice(br#"{"jsonrpc":"2.0","method":"#);
    write_json(&mut out, method);
    out.extend_from_slice(br#","params":"#);
    write_json(&mut out, params);
    out.push(b'}');
    out
}
