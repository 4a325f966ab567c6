//! What a tool answers that can be asked to only tell what it would do (`dry_run`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was done, or would be.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Trial<T> {
    #[serde(flatten)]
    of: T,
    /// Whether nothing was done, and this is what would be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

impl<T> Trial<T> {
    /// It was done.
    pub(crate) fn done(of: T) -> Self {
        Self { of, dry_run: false }
    }

    /// It would be done.
    pub(crate) fn would(of: T) -> Self {
        Self { of, dry_run: true }
    }
}
