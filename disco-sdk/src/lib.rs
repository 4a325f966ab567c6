//! Write a Model Context Protocol server in Rust.
#![forbid(unsafe_code)]

extern crate self as disco_sdk;

pub mod error;
#[cfg(feature = "server")]
mod macros;
#[cfg(feature = "server")]
pub mod prelude;
pub mod protocol;
pub mod schema;
#[cfg(feature = "server")]
pub mod server;

#[cfg(feature = "server")]
#[doc(hidden)]
pub mod __private;

pub use error::{Error, ErrorCode, Result};
pub use protocol::Version;
pub use protocol::content::{
    Annotations, Content, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, Role, TextContent,
};
pub use protocol::prompt::{GetPromptResult, PromptMessage};
pub use schema::JsonSchema;
pub use schemars;
#[cfg(feature = "server")]
pub use server::{
    BoxFuture,
    context::Context,
    output::{Audio, Image, Json, ToolOutput},
    param::FromCall,
    state::State,
};

#[cfg(feature = "macros")]
pub use disco_macros::{handlers, prompt, resource, tool};
