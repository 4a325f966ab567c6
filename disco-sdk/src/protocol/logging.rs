//! Log messages for the client. Specification: server/utilities/logging.

use serde::{Deserialize, Serialize};

/// How severe a log message is, as in RFC 5424; the least severe first.
///
/// ```
/// use disco_sdk::LogLevel;
/// assert!(LogLevel::Error > LogLevel::Info);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// For whoever looks for a fault.
    Debug,
    /// What goes on.
    Info,
    /// Normal, but worth to be seen.
    Notice,
    /// Something may be wrong.
    Warning,
    /// Something went wrong.
    Error,
    /// A part has failed.
    Critical,
    /// Somebody must act at once.
    Alert,
    /// Nothing works.
    Emergency,
}

impl LogLevel {
    /// What they are called on the wire, in the same order.
    pub(crate) const NAMES: [&str; 8] =
        ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// The one that is called so on the wire.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().zip(Self::NAMES).find_map(|(level, name)| (name == word).then_some(level))
    }

    /// All of them, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Debug,
        Self::Info,
        Self::Notice,
        Self::Warning,
        Self::Error,
        Self::Critical,
        Self::Alert,
        Self::Emergency,
    ];
}
