//! `_meta`: what a request says beside its parameters. Specification: basic/index.

use serde_json::Error;
use serde_json::value::RawValue;

use super::jsonrpc::{Text, once};
use super::members::given;
use super::reading::{FromObject, Object};
use super::scan::Scan;
use super::shape::is_token;
use super::trace::{BAGGAGE, TRACEPARENT, TRACESTATE};

/// The revision that a request speaks (since 2026-07-28).
pub const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// What the client is (since 2026-07-28).
pub const CLIENT_INFO: &str = "io.modelcontextprotocol/clientInfo";
/// What the client can do (since 2026-07-28).
pub const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// From which level on the client wants log messages of this request (since 2026-07-28).
pub const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";
/// What the server is (since 2026-07-28).
pub const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// Which `subscriptions/listen` a message belongs to (since 2026-07-28).
pub const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";

/// The JSON pointer of a member of a request's `_meta`.
pub(crate) fn pointer(key: &str) -> String {
    format!("/params/_meta/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The members of a request's `_meta` that this crate reads.
#[derive(Clone, Debug, Default)]
pub struct RequestMeta<'a> {
    /// [`PROTOCOL_VERSION`]
    pub protocol_version: Option<Text<'a>>,
    /// [`CLIENT_INFO`]
    pub client_info: Option<&'a RawValue>,
    /// [`CLIENT_CAPABILITIES`]
    pub client_capabilities: Option<&'a RawValue>,
    /// [`LOG_LEVEL`]
    pub log_level: Option<Text<'a>>,
    /// What progress notifications are to be called.
    pub progress_token: Option<&'a RawValue>,
    /// [`TRACEPARENT`]
    pub traceparent: Option<&'a RawValue>,
    /// [`TRACESTATE`]
    pub tracestate: Option<&'a RawValue>,
    /// [`BAGGAGE`]
    pub baggage: Option<&'a RawValue>,
    /// All of it as it is written; empty if it was not read in one pass with its message.
    pub(crate) text: &'a str,
}

/// A `_meta` that was read before, and how it was written. Who says the same again, letter by letter, as most clients do
/// in every request, is not walked over again: that saves some 1,300 instructions a call.
#[derive(Debug, Default)]
pub(crate) struct KnownMeta {
    /// All of it; empty if it may not be taken for another.
    pub(crate) text: Box<str>,
    pub(crate) protocol_version: Option<Box<str>>,
    pub(crate) log_level: Option<Box<str>>,
    pub(crate) client_info: Option<Box<RawValue>>,
    pub(crate) client_capabilities: Option<Box<RawValue>>,
}

impl KnownMeta {
    /// Keeps what is said; also how it was written, if that has at most so many bytes.
    pub(crate) fn of(meta: &RequestMeta<'_>, longest: usize) -> Self {
        let owned = |text: &Text<'_>| text.as_str().into();
        Self {
            text: meta.lasting(longest).into(),
            protocol_version: meta.protocol_version.as_ref().map(owned),
            log_level: meta.log_level.as_ref().map(owned),
            client_info: meta.client_info.map(ToOwned::to_owned),
            client_capabilities: meta.client_capabilities.map(ToOwned::to_owned),
        }
    }

    /// What it says.
    pub(super) fn read(&self) -> RequestMeta<'_> {
        RequestMeta {
            protocol_version: self.protocol_version.as_deref().map(Text::borrowed),
            log_level: self.log_level.as_deref().map(Text::borrowed),
            client_info: self.client_info.as_deref(),
            client_capabilities: self.client_capabilities.as_deref(),
            text: &self.text,
            ..RequestMeta::default()
        }
    }
}

impl<'a> RequestMeta<'a> {
    /// Fills in what stands here. `None`: something in it is not what it should be.
    pub(super) fn scan(scan: &mut Scan<'a>, meta: &mut Self) -> Option<()> {
        let start = scan.at();
        scan.members(|scan, name| match name {
            PROTOCOL_VERSION => once(&mut meta.protocol_version, scan.text()?),
            CLIENT_INFO => once(&mut meta.client_info, given(scan)?),
            CLIENT_CAPABILITIES => once(&mut meta.client_capabilities, given(scan)?),
            LOG_LEVEL => once(&mut meta.log_level, scan.text()?),
            "progressToken" => {
                once(&mut meta.progress_token, given(scan).filter(|token| is_token(token.get()))?)
            }
            TRACEPARENT => once(&mut meta.traceparent, given(scan)?),
            TRACESTATE => once(&mut meta.tracestate, given(scan)?),
            BAGGAGE => once(&mut meta.baggage, given(scan)?),
            _ => scan.value().map(drop),
        })?;
        meta.text = scan.since(start);
        Some(())
    }

    /// How it is written, if the next request may be written so too: in at most so many bytes, and with nothing that is
    /// another in each. Empty otherwise.
    pub(crate) fn lasting(&self, longest: usize) -> &'a str {
        let passing = [self.progress_token, self.traceparent, self.tracestate, self.baggage];
        let is_lasting = passing.iter().all(Option::is_none) && self.text.len() <= longest;
        if is_lasting { self.text } else { "" }
    }
}

impl<'a> FromObject<'a> for RequestMeta<'a> {
    fn from_object(object: &Object<'a, '_>) -> Result<Self, Error> {
        Ok(Self {
            protocol_version: object.optional_text(PROTOCOL_VERSION)?,
            client_info: object.raw(CLIENT_INFO)?,
            client_capabilities: object.raw(CLIENT_CAPABILITIES)?,
            log_level: object.optional_text(LOG_LEVEL)?,
            progress_token: object.token("progressToken")?,
            traceparent: object.raw(TRACEPARENT)?,
            tracestate: object.raw(TRACESTATE)?,
            baggage: object.raw(BAGGAGE)?,
            text: "",
        })
    }
}
