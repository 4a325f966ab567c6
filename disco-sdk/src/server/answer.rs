//! Answers, written once into the bytes that go out.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::tool::ToolOutput;
use crate::error::{Error, ErrorCode};
use crate::protocol::content::Content;
use crate::protocol::jsonrpc::{self, Id, write_json};
use crate::protocol::legacy::Adapt;
use crate::protocol::lifecycle::Implementation;
use crate::protocol::meta;
use crate::protocol::version::{Feature, Version};
use crate::transport::{Reply, Status};

/// What ends every result of the modern era, made once.
#[derive(Debug)]
pub(crate) struct Tail {
    server_info: Box<str>,
}

impl Tail {
    /// `info` is what the server is, if results are to say so.
    pub(crate) fn new(info: Option<&Implementation>) -> Self {
        let mut server_info = Vec::new();
        let Some(info) = info else {
            return Self { server_info: Box::default() };
        };
        write_json(&mut server_info, meta::SERVER_INFO);
        server_info.push(b':');
        write_json(&mut server_info, info);
        let server_info = String::from_utf8_lossy(&server_info).into_owned();
        Self { server_info: server_info.into_boxed_str() }
    }
}

/// A successful result: `members` writes what stands between its braces.
pub(crate) fn result(
    id: &Id,
    version: Version,
    tail: &Tail,
    meta: Option<&Map<String, Value>>,
    members: impl FnOnce(&mut Vec<u8>),
) -> Reply {
    result_of_type("complete", id, version, tail, meta, members)
}

/// A result of another type than `complete`.
pub(crate) fn result_of_type(
    kind: &str,
    id: &Id,
    version: Version,
    tail: &Tail,
    meta: Option<&Map<String, Value>>,
    members: impl FnOnce(&mut Vec<u8>),
) -> Reply {
    let mut out = begun(id);
    let start = out.len();
    members(&mut out);
    ended(out, start, kind, version, tail, meta)
}

fn begun(id: &Id) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    jsonrpc::begin_result(&mut out, id);
    out.push(b'{');
    out
}

fn ended(
    mut out: Vec<u8>,
    start: usize,
    kind: &str,
    version: Version,
    tail: &Tail,
    meta: Option<&Map<String, Value>>,
) -> Reply {
    if version.has(Feature::ResultType) {
        separate(&mut out, start);
        // A word of ours, in which nothing has to be escaped: to look for that was 200 instructions.
        out.extend_from_slice(br#""resultType":""#);
        out.extend_from_slice(kind.as_bytes());
        out.push(b'"');
    }
    end_meta(&mut out, start, version, tail, meta);
    out.extend_from_slice(b"}}");
    Reply { body: out, ..Reply::default() }
}

/// The questions that have to be answered before the call can go on.
pub(crate) fn input_required(
    id: &Id,
    version: Version,
    tail: &Tail,
    questions: &[(String, &str, Value)],
    state: &str,
) -> Reply {
    let asked = |(key, method, params): &(String, &str, Value)| {
        (key.clone(), serde_json::json!({"method": method, "params": params}))
    };
    let questions: Map<String, Value> = questions.iter().map(asked).collect();
    result_of_type("input_required", id, version, tail, None, |out| {
        out.extend_from_slice(br#""inputRequests":"#);
        write_json(out, &questions);
        out.extend_from_slice(br#","requestState":"#);
        write_json(out, state);
    })
}

fn end_meta(
    out: &mut Vec<u8>,
    start: usize,
    version: Version,
    tail: &Tail,
    meta: Option<&Map<String, Value>>,
) {
    let names_server = version.has(Feature::ResultType) && !tail.server_info.is_empty();
    if !names_server && meta.is_none() {
        return;
    }
    separate(out, start);
    out.extend_from_slice(br#""_meta":{"#);
    let start = out.len();
    if names_server {
        out.extend_from_slice(tail.server_info.as_bytes());
    }
    for (key, value) in meta.into_iter().flatten() {
        separate(out, start);
        write_json(out, key);
        out.push(b':');
        write_json(out, value);
    }
    out.push(b'}');
}

fn separate(out: &mut Vec<u8>, start: usize) {
    if out.len() > start {
        out.push(b',');
    }
}

/// The members of a serialisable struct, without its braces.
pub(crate) fn members<T: Serialize>(value: &T) -> impl FnOnce(&mut Vec<u8>) {
    move |out| {
        let start = out.len();
        write_json(out, value);
        if out.len() > start + 1 {
            out.remove(start);
            out.pop();
        }
    }
}

/// The result of a tool, in the shape of `version`.
pub(crate) fn tool_result(
    id: &Id,
    version: Version,
    tail: &Tail,
    mut output: ToolOutput,
    output_is_object: bool,
) -> Reply {
    if version.is_legacy() {
        for content in &mut output.content {
            content.adapt(version);
        }
    }
    let structured = output.structured.as_deref();
    result(id, version, tail, output.meta.as_ref(), |out| {
        out.reserve(expected(&output.content, structured));
        out.extend_from_slice(br#""content":"#);
        write_content(out, &output.content, structured);
        if let Some(structured) = structured.filter(|_| version.has(Feature::StructuredContent)) {
            out.extend_from_slice(br#","structuredContent":"#);
            write_structured(
                out,
                structured,
                output_is_object || version.has(Feature::BareStructuredContent),
            );
        }
        if output.is_error {
            out.extend_from_slice(br#","isError":true"#);
        }
    })
}

/// How long a result will be, with an eighth for what is escaped in it: a long one is not copied as it grows.
fn expected(content: &[Content], structured: Option<&RawValue>) -> usize {
    let text = |block: &Content| if let Content::Text(text) = block { text.text.len() } else { 0 };
    let texts: usize = content.iter().map(text).sum();
    let length = texts + 2 * structured.map_or(0, |structured| structured.get().len());
    length + length / 8
}

/// Structured content without a text of its own is told again as text: some clients show only that.
fn write_content(out: &mut Vec<u8>, content: &[Content], structured: Option<&RawValue>) {
    let told = structured.filter(|_| !content.iter().any(|block| matches!(block, Content::Text(_))));
    let Some(told) = told else {
        return write_json(out, content);
    };
    out.extend_from_slice(br#"[{"type":"text","text":"#);
    write_as_text(out, told);
    out.push(b'}');
    for block in content {
        out.push(b',');
        write_json(out, block);
    }
    out.push(b']');
}

/// Writes JSON as a text. Nothing in it has to be escaped but these: the other control characters stand in no JSON. What
/// lies between is copied, which is half of what serde does for a text that it knows nothing of.
fn write_as_text(out: &mut Vec<u8>, json: &RawValue) {
    let mut rest = json.get().as_bytes();
    out.push(b'"');
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t')) {
        let (before, behind) = rest.split_at(at);
        out.extend_from_slice(before);
        out.push(b'\\');
        out.push(match behind[0] {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            itself => itself,
        });
        rest = &behind[1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn write_structured(out: &mut Vec<u8>, structured: &RawValue, bare: bool) {
    if bare {
        out.extend_from_slice(structured.get().as_bytes());
    } else {
        out.extend_from_slice(br#"{"result":"#);
        out.extend_from_slice(structured.get().as_bytes());
        out.push(b'}');
    }
}

/// The number that an error has in `version`.
pub(crate) fn code(error: &Error, version: Version) -> ErrorCode {
    match error.code() {
        ErrorCode::RESOURCE_NOT_FOUND if version.has(Feature::MissingResourceIsInvalidParams) => {
            ErrorCode::INVALID_PARAMS
        }
        code => code,
    }
}

/// A failure of the protocol, in the numbers of `version`.
pub(crate) fn error(id: Option<&Id>, version: Version, error: &Error) -> Reply {
    let code = code(error, version);
    let mut body = jsonrpc::error_message(id, code, error);
    if id.is_none() && version.has(Feature::NullId) {
        jsonrpc::add_null_id(&mut body);
    }
    let status = if is_malformed(error, version) { Status::BadRequest } else { status(code, version) };
    Reply { body, status, session: None }
}

/// Whether the request was not what the schema says (2026-07-28, basic/index): the place is named then.
fn is_malformed(error: &Error, version: Version) -> bool {
    !version.is_legacy() && error.code() == ErrorCode::INVALID_PARAMS && error.data().contains_key("pointer")
}

fn status(code: ErrorCode, version: Version) -> Status {
    match code {
        ErrorCode::METHOD_NOT_FOUND if !version.is_legacy() => Status::NotFound,
        ErrorCode::PARSE_ERROR
        | ErrorCode::INVALID_REQUEST
        | ErrorCode::HEADER_MISMATCH
        | ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY
        | ErrorCode::UNSUPPORTED_PROTOCOL_VERSION => Status::BadRequest,
        ErrorCode::BUSY => Status::Busy,
        ErrorCode::UNAUTHORIZED => Status::Unauthorized,
        ErrorCode::FORBIDDEN => Status::Forbidden,
        _ => Status::Ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_as_the_text_that_serde_makes_of_it() {
        let texts = [
            "null",
            "\"\"",
            r#"{"a\\":"\"\u0001\n","b":[1,"ü"]}"#,
            "{\n\t\"a\": 1,\r\n\t\"b\": \"\u{7f}\u{2028}\"\n}",
        ];
        for text in texts {
            let (mut told, mut expected) = (Vec::new(), Vec::new());
            write_as_text(&mut told, serde_json::from_str(text).unwrap());
            write_json(&mut expected, text);
            assert_eq!(told, expected, "{text}");
        }
    }
}
