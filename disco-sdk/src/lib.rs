//! Write a Model Context Protocol server in Rust.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "server"),
    allow(dead_code, reason = "the wire alone has no use for what makes answers")
)]

extern crate self as disco_sdk;

#[cfg(feature = "server")]
#[doc(hidden)]
pub mod __private;
#[cfg(feature = "server")]
pub mod client;
pub mod error;
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
pub mod transport;

pub use error::{AskError, Error, ErrorCode, Result};
pub use protocol::Version;
pub use protocol::content::{
    Annotations, Content, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, Role, TextContent,
};
pub use protocol::logging::LogLevel;
pub use protocol::prompt::{GetPromptResult, PromptMessage};
pub use schema::JsonSchema;
pub use schemars;
#[cfg(feature = "server")]
pub use server::output::{Audio, Image, Json, ToolOutput};
#[cfg(feature = "server")]
pub use server::param::FromCall;
#[cfg(feature = "server")]
pub use server::state::State;
#[cfg(feature = "server")]
pub use server::{Ask, BoxFuture, Context, Server, Service};
pub use transport::{Limits, Stop};

#[cfg(feature = "macros")]
pub use disco_macros::{handlers, prompt, resource, tool};
