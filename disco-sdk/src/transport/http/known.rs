//! The headers that are read here.

use http::{HeaderMap, HeaderName};

use super::accept::Accept;
use crate::protocol::trace::TRACEPARENT;
use crate::transport::Fields;

/// What a request says in the headers that are read of every one, found in one walk over all: to look each
/// of them up would hash its name, 1,200 instructions a request more.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) all: &'a HeaderMap,
    pub(super) host: Option<&'a str>,
    pub(super) origin: Option<&'a str>,
    pub(super) content_type: Option<&'a str>,
    pub(super) content_length: Option<&'a str>,
    pub(super) session: Option<&'a str>,
    pub(super) version: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) accept: Accept,
    traceparent: Option<&'a str>,
    /// A header that somebody decides by and that is no text: we would not see it.
    pub(super) unreadable: Option<&'a HeaderName>,
}

impl<'a> Known<'a> {
    pub(super) fn of(all: &'a HeaderMap) -> Self {
        let mut known = Self {
            all,
            host: None,
            origin: None,
            content_type: None,
            content_length: None,
            session: None,
            version: None,
            method: None,
            name: None,
            accept: Accept::ALL,
            traceparent: None,
            unreadable: None,
        };
        let (mut others, mut accept) = (None, None);
        for (header, value) in all {
            let name = header.as_str();
            let place = match name {
                "host" => &mut known.host,
                "origin" => &mut known.origin,
                "content-type" => &mut known.content_type,
                "content-length" => &mut known.content_length,
                "mcp-session-id" => &mut known.session,
                "mcp-protocol-version" => &mut known.version,
                "mcp-method" => &mut known.method,
                "mcp-name" => &mut known.name,
                TRACEPARENT => &mut known.traceparent,
                "accept" => {
                    accept = Some(Accept::and(accept, value));
                    continue;
                }
                _ if is_decisive(name) => &mut others,
                _ => continue,
            };
            match value.to_str() {
                Ok(text) => *place = place.or(Some(text)),
                Err(_) if is_decisive(name) => known.unreadable = known.unreadable.or(Some(header)),
                Err(_) => {}
            }
        }
        known.accept = accept.unwrap_or(Accept::ALL);
        known
    }
}

/// Whether somebody decides by this header, perhaps a proxy before us.
pub(super) fn is_decisive(name: &str) -> bool {
    matches!(
        name,
        "host"
            | "origin"
            | "authorization"
            | "content-type"
            | "mcp-session-id"
            | "mcp-protocol-version"
            | "mcp-method"
            | "mcp-name"
            | "last-event-id"
    )
}

impl Fields for Known<'_> {
    fn field(&self, name: &str) -> Option<&[u8]> {
        match name {
            // Asked for by every call, and mostly not there.
            TRACEPARENT if self.traceparent.is_none() => None,
            _ => self.all.field(name),
        }
    }
}
