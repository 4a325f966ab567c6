//! What a call has led to, as layers see it.

use super::call::Kind;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::prompt::GetPromptResult;
use crate::protocol::resource::ReadResourceResult;
use crate::server::failure;
use crate::server::output::ToolOutput;

/// What a call has led to. A layer gives back what it got, or another of the same kind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The result of a tool; one that has failed is a result as well, and says so.
    Tool(ToolOutput),
    /// What was read.
    Resource(ReadResourceResult),
    /// A prompt, filled in.
    Prompt(GetPromptResult),
}

impl Outcome {
    /// Whether it is a tool's result that tells of a failure.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Tool(output) if output.is_error)
    }

    /// The name of a tool's failure, such as `TIMED_OUT`, if it has one.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        match self {
            Self::Tool(ToolOutput { is_error: true, meta: Some(meta), .. }) => {
                meta.get(failure::META_KEY)?.get("code")?.as_str()
            }
            _ => None,
        }
    }

    /// The result of a tool.
    #[must_use]
    pub fn tool(&self) -> Option<&ToolOutput> {
        match self {
            Self::Tool(output) => Some(output),
            _ => None,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Tool(_) => Kind::Tool,
            Self::Resource(_) => Kind::Resource,
            Self::Prompt(_) => Kind::Prompt,
        }
    }

    /// What a layer has given back for something else.
    fn mistaken(&self, kind: Kind) -> Error {
        let given = self.kind();
        let words = format!("a layer has answered for a {kind} as if it were a {given}");
        Error::protocol(ErrorCode::INTERNAL_ERROR, words)
    }

    pub(super) fn into_tool(self) -> Result<ToolOutput> {
        match self {
            Self::Tool(output) => Ok(output),
            other => Err(other.mistaken(Kind::Tool)),
        }
    }

    pub(super) fn into_resource(self) -> Result<ReadResourceResult> {
        match self {
            Self::Resource(result) => Ok(result),
            other => Err(other.mistaken(Kind::Resource)),
        }
    }

    pub(super) fn into_prompt(self) -> Result<GetPromptResult> {
        match self {
            Self::Prompt(result) => Ok(result),
            other => Err(other.mistaken(Kind::Prompt)),
        }
    }
}
