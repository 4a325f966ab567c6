//! What can go wrong: the numbers of JSON-RPC and MCP, and the one error type of this crate.

mod ask;
mod boxed;
mod call;
mod tool;

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use ask::AskError;
#[cfg(feature = "layers")]
pub(crate) use boxed::BoxError;
pub use call::CallError;
#[doc(hidden)]
pub use tool::KnownError;
pub use tool::ToolError;

/// A result whose error is [`Error`] unless another is named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A JSON-RPC error number, as MCP uses it.
///
/// ```
/// use disco_sdk::ErrorCode;
/// assert_eq!(ErrorCode::METHOD_NOT_FOUND.0, -32601);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(
    /// The number on the wire.
    pub i32,
);

impl ErrorCode {
    /// The message is not JSON.
    pub const PARSE_ERROR: Self = Self(-32700);
    /// The message is JSON, but not a request this peer may send now.
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// No such method in this revision, or none that this server offers.
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// The method's parameters are wrong.
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// The server failed.
    pub const INTERNAL_ERROR: Self = Self(-32603);
    /// A bound of this server is reached; try again later.
    pub const BUSY: Self = Self(-32000);
    /// The old-era session is not there any more.
    pub const SESSION_NOT_FOUND: Self = Self(-32001);
    /// No such resource (revisions before 2026-07-28).
    pub const RESOURCE_NOT_FOUND: Self = Self(-32002);
    /// Nobody knows who calls. Outside of JSON-RPC's own range, like the HTTP status that it goes with.
    pub const UNAUTHORIZED: Self = Self(401);
    /// Who calls may not.
    pub const FORBIDDEN: Self = Self(403);
    /// An HTTP header contradicts the body (2026-07-28).
    pub const HEADER_MISMATCH: Self = Self(-32020);
    /// The client lacks a capability that this request needs (2026-07-28).
    pub const MISSING_REQUIRED_CLIENT_CAPABILITY: Self = Self(-32021);
    /// Something has to be done at a URL first (2025-11-25).
    pub const URL_ELICITATION_REQUIRED: Self = Self(-32042);
    /// The revision asked for is not served (2026-07-28).
    pub const UNSUPPORTED_PROTOCOL_VERSION: Self = Self(-32022);
}

/// A failure: what happened, and what to do about it.
///
/// In a tool it becomes a result with `isError: true` that the model reads; in a resource or a
/// prompt, and wherever the protocol itself is at fault, a JSON-RPC error.
/// Any [`std::error::Error`] turns into one by `?`; callers are told its own words, and its chain of
/// sources is for the log, because the reader is on the other side of the wire.
///
/// ```
/// use disco_sdk::Error;
/// let error = Error::new("the note is locked").with_code("NOTE_LOCKED").with_suggestion("try again in a minute");
/// assert_eq!(error.to_string(), "the note is locked");
/// assert_eq!(error.name(), Some("NOTE_LOCKED"));
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Inner {
    code: ErrorCode,
    protocol: bool,
    message: String,
    name: Option<String>,
    suggestion: Option<String>,
    data: Map<String, Value>,
    /// What it came from, the nearest first. Never kept where it could reach a caller by itself.
    #[serde(skip)]
    causes: Vec<String>,
}

/// The first characters of what a peer has sent: enough to know it again, too little to make an answer
/// large.
pub(crate) fn shortened(text: &str) -> String {
    shortened_to(200, text)
}

/// The first `most` characters.
pub(crate) fn shortened_to(most: usize, text: &str) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// An error and what it came from, the nearest first.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    const MOST: usize = 17;
    std::iter::successors(Some(error), |&error| error.source()).take(MOST)
}

impl Error {
    /// A failure in plain words.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code: ErrorCode::INTERNAL_ERROR,
            protocol: false,
            message: message.into(),
            name: None,
            suggestion: None,
            data: Map::new(),
            causes: Vec::new(),
        }))
    }

    /// What a caller is told of any error that can be boxed, such as `anyhow::Error` and
    /// `Box<dyn std::error::Error + Send + Sync>`: its words. The causes are for the log. Code, suggestion and
    /// whether to try again are those of the nearest [`ToolError`] that it holds or came from, so they outlive
    /// `.context(..)`.
    ///
    /// `?` does the same for every [`std::error::Error`], which boxes and `anyhow::Error` are not. A handler
    /// may also return them as they are: `anyhow::Result<String>`.
    ///
    /// ```
    /// use std::error::Error as StdError;
    /// use disco_sdk::prelude::*;
    ///
    /// fn load() -> Result<String, Box<dyn StdError + Send + Sync>> {
    ///     Ok(std::fs::read_to_string("notes.txt")?)
    /// }
    ///
    /// /// Reads the notes.
    /// #[tool(read_only)]
    /// fn notes() -> Result<String> {
    ///     load().map_err(Error::of)
    /// }
    ///
    /// // One of this crate comes out as it went in.
    /// let boxed: Box<dyn StdError + Send + Sync> = Error::new("locked").with_code("LOCKED").into();
    /// assert_eq!(Error::of(boxed).name(), Some("LOCKED"));
    /// ```
    #[must_use]
    pub fn of(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::of_held(&*error.into())
    }

    /// The same of what a box, or `anyhow::Error`, holds.
    pub(crate) fn of_held(error: &(dyn StdError + 'static)) -> Self {
        let known = chain(error).find_map(|error| boxed::unboxed(error).or_else(|| tool::told_of(error)));
        let mut told = known.unwrap_or_else(|| Self::new(""));
        told.0.message = error.to_string();
        if error.source().is_some() { told.with_causes(error) } else { told }
    }

    /// A fault of the protocol, always answered as a JSON-RPC error with this number.
    #[must_use]
    pub fn protocol(code: ErrorCode, message: impl Into<String>) -> Self {
        let mut error = Self::new(message);
        error.0.code = code;
        error.0.protocol = true;
        error
    }

    /// Wrong parameters: `-32602`.
    #[must_use]
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::protocol(ErrorCode::INVALID_PARAMS, message)
    }

    /// Nobody knows who calls, and nobody unknown may: HTTP says 401.
    #[must_use]
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::protocol(ErrorCode::UNAUTHORIZED, message)
    }

    /// Who calls may not: HTTP says 403.
    #[must_use]
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::protocol(ErrorCode::FORBIDDEN, message)
    }

    /// The resource does not exist: `-32602` with the URI in `data` on 2026-07-28, `-32002` before.
    #[must_use]
    pub fn resource_not_found(uri: &str) -> Self {
        let uri = shortened(uri);
        Self::protocol(ErrorCode::RESOURCE_NOT_FOUND, format!("resource not found: {uri}"))
            .with_data("uri", uri)
    }

    /// Adds a stable name for programs, such as `NOTE_LOCKED`.
    #[must_use]
    pub fn with_code(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.0.suggestion = Some(suggestion.into());
        self
    }

    /// Adds one member to `data`.
    #[must_use]
    pub fn with_data(self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.with_member(key.into(), value.into())
    }

    fn with_member(mut self, key: String, value: Value) -> Self {
        self.0.data.insert(key, value);
        self
    }

    /// The JSON-RPC number.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Whether this is a fault of the protocol rather than of the work.
    #[must_use]
    pub fn is_protocol(&self) -> bool {
        self.0.protocol
    }

    /// What happened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The stable name, if one was given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What the reader can do about it, if that was said.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }

    /// The members of `data`.
    #[must_use]
    pub fn data(&self) -> &Map<String, Value> {
        &self.0.data
    }

    /// The words of what it came from, the nearest first. Callers are told them only by a server with
    /// [`causes_in_errors`](crate::Server::causes_in_errors).
    #[must_use]
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    /// Notes what `error` came from.
    fn with_causes(mut self, error: &(dyn StdError + 'static)) -> Self {
        self.0.causes = chain(error).skip(1).map(|cause| shortened_to(1000, &cause.to_string())).collect();
        self
    }

    /// Any error with what it came from; one of ours stays what it is.
    pub(crate) fn from_std<E: StdError + 'static>(error: E) -> Self {
        let causes = Self::new("").with_causes(&error).0.causes;
        let mut told = Self::from_display(error);
        told.0.causes = causes;
        told
    }

    /// Any error or printable value; one of ours stays what it is.
    pub(crate) fn from_display<E: fmt::Display + 'static>(error: E) -> Self {
        let mut slot = Some(error);
        let any = &mut slot as &mut dyn Any;
        if let Some(ours) = any.downcast_mut::<Option<Error>>().and_then(Option::take) {
            return ours;
        }
        if let Some(ours) = any.downcast_mut::<Option<AskError>>().and_then(Option::take) {
            return ours.into_error();
        }
        if let Some(ours) = any.downcast_mut::<Option<CallError>>().and_then(Option::take) {
            return ours.into_error();
        }
        let Some(error) = slot else {
            return Self::new("");
        };
        tool::told(&error).unwrap_or_else(|| Self::from_words(&error))
    }

    /// The words of something printable. What `anyhow` and its like add to them in `{:#}` are causes.
    fn from_words(error: &impl fmt::Display) -> Self {
        let mut told = Self::new(error.to_string());
        let whole = format!("{error:#}");
        let causes = whole.strip_prefix(told.message()).and_then(|rest| rest.strip_prefix(": "));
        told.0.causes = causes.map(|causes| shortened_to(1000, causes)).into_iter().collect();
        told
    }

    /// All of it, to be kept in the journal of a call.
    #[cfg(feature = "server")]
    pub(crate) fn to_saved(&self) -> Value {
        serde_json::to_value(&*self.0).unwrap_or_default()
    }

    /// What [`Error::to_saved`] gave.
    #[cfg(feature = "server")]
    pub(crate) fn from_saved(saved: Value) -> Option<Self> {
        serde_json::from_value(saved).ok().map(|inner| Self(Box::new(inner)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(name) = &self.0.name {
            write!(f, " ({name})")?;
        }
        if let Some(suggestion) = &self.0.suggestion {
            write!(f, "; {suggestion}")?;
        }
        Ok(())
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::from_std(error)
    }
}
