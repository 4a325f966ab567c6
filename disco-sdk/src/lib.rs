//! Write a Model Context Protocol server in Rust.
#![forbid(unsafe_code)]

pub mod error;
pub mod protocol;
#[cfg(feature = "server")]
pub mod server;

pub use error::{Error, ErrorCode, Result};
pub use protocol::Version;
pub use protocol::content::{
    Annotations, Content, EmbeddedResource, MediaContent, ResourceContents, ResourceLink, Role,
    TextContent,
};
pub use protocol::prompt::{GetPromptResult, PromptMessage};
