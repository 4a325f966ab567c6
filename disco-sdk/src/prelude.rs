//! What a server's source needs: `use disco_sdk::prelude::*;`.

#[cfg(feature = "macros")]
pub use crate::{handlers, prompt, resource, tool};

pub use crate::error::{AskError, Error, ErrorCode, Result};
pub use crate::protocol::content::{Content, EmbeddedResource, ResourceContents, ResourceLink, Role};
pub use crate::protocol::prompt::{GetPromptResult, PromptMessage};
pub use crate::schema::JsonSchema;
pub use crate::server::context::Context;
pub use crate::server::output::{Audio, Image, Json, ToolOutput, WithContent};
pub use crate::server::state::State;
pub use crate::server::{Registry, Server};
pub use crate::transport::Caller;
pub use crate::{Form, ToolError, prompts, registered, resources, tools};
pub use tokio;
