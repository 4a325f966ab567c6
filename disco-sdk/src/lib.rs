#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "server"),
    allow(dead_code, reason = "the wire alone has no use for what makes answers")
)]
#![cfg_attr(
    test,
    allow(
        clippy::allow_attributes,
        reason = "tools in the tests have typed calls, which are written in here"
    )
)]

extern crate self as disco_sdk;

#[cfg(feature = "server")]
#[doc(hidden)]
pub mod __private;
mod binary;
#[cfg(feature = "server")]
pub mod client;
pub mod error;
mod exact;
#[cfg(feature = "server")]
mod in_process;
#[cfg(feature = "server")]
mod macros;
#[cfg(feature = "server")]
pub mod prelude;
pub mod protocol;
pub mod schema;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod stub;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transport;

pub use binary::Base64;
pub use error::{AskError, CallError, Error, ErrorCode, Result, ToolError};
pub use exact::{Exact, Integer};
pub use protocol::Version;
pub use protocol::cache::{Cache, CacheScope};
pub use protocol::content::{
    Annotations, Content, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, Role, TextContent,
};
pub use protocol::icon::Icon;
pub use protocol::logging::LogLevel;
pub use protocol::prompt::{GetPromptResult, PromptMessage};
pub use protocol::trace::TraceContext;
pub use schema::JsonSchema;
pub use schemars;
#[cfg(feature = "server")]
pub use server::form::{self, Form};
#[cfg(feature = "layers")]
pub use server::layer;
#[cfg(feature = "server")]
pub use server::output::{Audio, Image, Json, ToolOutput, WithContent};
#[cfg(feature = "server")]
pub use server::param::FromCall;
#[cfg(feature = "server")]
pub use server::state::State;
#[cfg(feature = "server")]
pub use server::writes::Writes;
#[cfg(feature = "server")]
pub use server::{
    Ask, BoxFuture, Cached, Context, Elicitation, Extension, Key, MemoryRequestStates, Notifier, Registry,
    RequestStates, RequestStatesFolder, Revoked, RevokedFolder, Server, Service,
};
pub use transport::{Caller, Limits, OnDisconnect, RequestParts, Stop};

#[cfg(feature = "macros")]
#[doc = include_str!("docs/form.md")]
pub use disco_macros::Form;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/tool_error.md")]
pub use disco_macros::ToolError;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/handlers.md")]
pub use disco_macros::handlers;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/prompt.md")]
pub use disco_macros::prompt;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/resource.md")]
pub use disco_macros::resource;
#[cfg(all(feature = "macros", feature = "testing"))]
#[doc = include_str!("docs/test.md")]
pub use disco_macros::test;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/tool.md")]
///
/// # What `#[arg(..)]` says of a parameter
///
#[doc = include_str!("docs/arg.md")]
pub use disco_macros::tool;
