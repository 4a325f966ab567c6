//! Why a question to the client has no answer.

use std::fmt;

use serde_json::Value;

use super::{Error, ErrorCode};

/// Why a question has no answer. By `?` it fails the call in the way that fits.
///
/// ```
/// use disco_sdk::{AskError, Error};
/// let error = Error::from(AskError::Declined { question: "Delete it?".into() });
/// assert_eq!(error.name(), Some("DECLINED"));
/// assert!(error.message().contains("Delete it?"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AskError {
    /// The person said no.
    Declined {
        /// What was asked.
        question: String,
    },
    /// The person said neither yes nor no.
    Cancelled {
        /// What was asked.
        question: String,
    },
    /// No answer fitted, however often it was asked.
    Invalid {
        /// What was asked.
        question: String,
        /// What was wrong with the last answer.
        reason: String,
    },
    /// Nobody answered in time.
    TimedOut {
        /// What was asked.
        question: String,
    },
    /// The client answered with an error.
    Refused {
        /// What was asked.
        question: String,
        /// The error's number.
        code: i32,
        /// The error's words.
        message: String,
    },
    /// The client cannot be asked this.
    Unsupported {
        /// What was asked.
        question: String,
        /// The capability that it would have to declare.
        required: Value,
        /// Whether the revision has an error of its own for that (since 2026-07-28).
        has_code: bool,
    },
    /// The person has to go to a URL first, and the client calls again then (2025-11-25).
    UrlRequired {
        /// What was asked.
        question: String,
        /// The parameters of the elicitation.
        elicitation: Value,
    },
    /// The call has ended, or has been put off until the answers are there: this is what a task hears
    /// that the handler has spawned.
    Suspended,
    /// The question cannot be asked at all: the handler is at fault.
    Misused {
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declined { question } => write!(f, "the person declined: {question:?}"),
            Self::Cancelled { question } => write!(f, "the person dismissed the question: {question:?}"),
            Self::Invalid { question, reason } => write!(f, "no answer to {question:?} fitted: {reason}"),
            Self::TimedOut { question } => write!(f, "nobody answered in time: {question:?}"),
            Self::Refused { question, code, message } => {
                write!(f, "the client refused {question:?}: {message} ({code})")
            }
            Self::Unsupported { question, required, .. } => {
                write!(f, "the client cannot be asked {question:?}: it has not declared {required}")
            }
            Self::UrlRequired { question, .. } => {
                write!(f, "the person has to go somewhere first: {question:?}")
            }
            Self::Suspended => f.write_str("the call has ended or waits for its answers"),
            Self::Misused { reason } => f.write_str(reason),
        }
    }
}

impl std::error::Error for AskError {}

impl AskError {
    /// As the failure of a call.
    pub(super) fn into_error(self) -> Error {
        let words = self.to_string();
        match self {
            Self::Unsupported { required, has_code: true, .. } => {
                Error::protocol(ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY, words)
                    .with_data("requiredCapabilities", required)
            }
            Self::Unsupported { .. } => Error::new(words)
                .with_code("UNSUPPORTED_BY_CLIENT")
                .with_suggestion("use a client that can be asked this, or go without the question"),
            Self::Declined { .. } => Error::new(words).with_code("DECLINED"),
            Self::Cancelled { .. } => Error::new(words).with_code("DISMISSED"),
            Self::Invalid { .. } => Error::new(words).with_code("INVALID_ANSWER"),
            Self::TimedOut { .. } => Error::new(words).with_code("NO_ANSWER"),
            Self::Refused { .. } => Error::new(words).with_code("REFUSED_BY_CLIENT"),
            Self::UrlRequired { elicitation, .. } => {
                Error::protocol(ErrorCode::URL_ELICITATION_REQUIRED, words)
                    .with_data("elicitations", vec![elicitation])
            }
            Self::Suspended => Error::new(words),
            Self::Misused { .. } => Error::protocol(ErrorCode::INTERNAL_ERROR, words),
        }
    }
}
