//! The headers that mirror the body (2026-07-28, streamable-http "request metadata"), so that whatever
//! stands before the server can route by them. A request whose headers say something else is refused.

mod parameters;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) use parameters::{MARK, Mirrors};

use crate::error::{Error, ErrorCode, Result, shortened};
use crate::protocol::jsonrpc::{Request, Text};
use crate::protocol::meta::RequestMeta;
use crate::protocol::method::Method;
use crate::protocol::version::Version;
use crate::transport::Head;

/// Compares them, but for those that mirror arguments: which these are is known with the tool.
///
/// # Errors
/// `-32020` for the first that is missing or says something else.
pub(crate) fn check(request: &Request<'_>, meta: Option<&RequestMeta<'_>>, head: &Head<'_>) -> Result<()> {
    let version = meta.and_then(|meta| meta.protocol_version.as_ref()).map(Text::as_str);
    let Some(version) = version else {
        // The missing `_meta` is named by whoever reads it.
        return Ok(());
    };
    same("MCP-Protocol-Version", head.version, version)?;
    let method = Method::named(request.method.as_str()).filter(|method| method.is_in(Version::LATEST));
    let Some(method) = method else {
        return Ok(());
    };
    same("Mcp-Method", head.method, method.as_str())?;
    match method {
        Method::CallTool | Method::GetPrompt => same_name(head, request.params.named()?.name.as_str()),
        Method::ReadResource => same_name(head, request.params.uri()?.uri.as_str()),
        Method::GetTask | Method::UpdateTask | Method::CancelTask => {
            same_name(head, request.params.task()?.task_id.as_str())
        }
        _ => Ok(()),
    }
}

fn same_name(head: &Head<'_>, name: &str) -> Result<()> {
    let header = head.name.map(|value| decoded("Mcp-Name", value)).transpose()?;
    same("Mcp-Name", header.as_deref(), name)
}

fn same(header: &str, value: Option<&str>, body: &str) -> Result<()> {
    match value {
        Some(value) if value == body => Ok(()),
        Some(value) => {
            let (value, body) = (shortened(value), shortened(body));
            Err(mismatch(format!("{header} is {value:?}, but the body says {body:?}")))
        }
        None => Err(mismatch(format!("{header} is missing; the body says {:?}", shortened(body)))),
    }
}

fn mismatch(words: String) -> Error {
    Error::protocol(ErrorCode::HEADER_MISMATCH, words)
}

/// A header value that may be wrapped as `=?base64?..?=` (2026-07-28, streamable-http "value encoding").
fn decoded<'v>(header: &str, value: &'v str) -> Result<Cow<'v, str>> {
    let value = value.trim_ascii();
    let Some(encoded) = value.strip_prefix("=?base64?").and_then(|value| value.strip_suffix("?=")) else {
        return Ok(Cow::Borrowed(value));
    };
    let bytes = STANDARD.decode(encoded).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok().map(Cow::Owned))
        .ok_or_else(|| mismatch(format!("{header} is not base64 of UTF-8 text: {value:?}")))
}
