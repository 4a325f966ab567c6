//! Why a typed call of a tool has no value.

use std::fmt;

use super::Error;

/// Why a typed call of a tool, as in `divide::call(&client, 6, 0).await`, has no value.
///
/// By `?` it becomes an [`Error`] that knows the same.
///
/// ```
/// use disco_sdk::{CallError, Error};
/// let error = CallError::Failed(Error::new("nothing can be divided by 0").with_code("BY_ZERO"));
/// assert_eq!(error.failure().and_then(Error::name), Some("BY_ZERO"));
/// assert_eq!(Error::from(error).name(), Some("BY_ZERO"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CallError {
    /// The tool has failed (`isError`): its words, code, suggestion and data, as far as it told them.
    Failed(Error),
    /// There is no result at all: a JSON-RPC error, or nobody answered.
    Protocol(Error),
    /// The tool has answered, but not with what its function returns.
    Unreadable {
        /// The tool's name.
        tool: String,
        /// The type that its function returns.
        expected: &'static str,
        /// What is wrong with the answer.
        reason: String,
    },
}

impl CallError {
    /// What the tool has failed with, if that is what happened.
    #[must_use]
    pub fn failure(&self) -> Option<&Error> {
        match self {
            Self::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// As the failure of whoever called.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Failed(error) | Self::Protocol(error) => error,
            Self::Unreadable { .. } => Error::new(self.to_string()),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) | Self::Protocol(error) => error.fmt(f),
            Self::Unreadable { tool, expected, reason } => {
                write!(f, "the answer of tool {tool:?} is no {expected}: {reason}")
            }
        }
    }
}

impl std::error::Error for CallError {}
