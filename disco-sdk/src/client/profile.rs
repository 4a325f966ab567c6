//! Who a client is: the revision it speaks, what it answers, and who reads along.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::Answers;
use crate::protocol::version::Version;

/// A message of the server, as it came.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Heard {
    /// The revision that the client speaks.
    pub version: Version,
    /// The method of the request that this message answers, if it answers one.
    pub answers: Option<String>,
    /// The whole message.
    pub message: Value,
}

type Reader = dyn Fn(&Heard) + Send + Sync;

/// Who a client is. A [`Version`] alone is one that cannot be asked anything.
///
/// ```
/// use disco_sdk::Version;
/// use disco_sdk::client::{Answers, Profile};
/// let profile = Profile::new(Version::V2025_06_18)
///     .answers(Answers::form(|_| serde_json::json!({"value": "Ada"})))
///     .reader(|heard| println!("{}", heard.message));
/// ```
#[derive(Clone)]
pub struct Profile {
    pub(super) version: Version,
    pub(super) answers: Answers,
    reader: Option<Arc<Reader>>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Profile {
    /// Speaks `version`.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self { version, answers: Answers::default(), reader: None }
    }

    /// Can be asked, and answers so.
    #[must_use]
    pub fn answers(mut self, answers: Answers) -> Self {
        self.answers = answers;
        self
    }

    /// Shows `reader` every message of the server, when it is taken.
    #[must_use]
    pub fn reader(mut self, reader: impl Fn(&Heard) + Send + Sync + 'static) -> Self {
        self.reader = Some(Arc::new(reader));
        self
    }

    /// Lets the reader see a message.
    pub(super) fn show(&self, answers: Option<&str>, message: &Value) {
        if let Some(reader) = &self.reader {
            let answers = answers.filter(|_| message.get("method").is_none()).map(str::to_owned);
            reader(&Heard { version: self.version, answers, message: message.clone() });
        }
    }
}

impl From<Version> for Profile {
    fn from(version: Version) -> Self {
        Self::new(version)
    }
}
