//! How long a result may be kept, and for whom. Specification: server/utilities/caching (since 2026-07-28).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who may be given a kept result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CacheScope {
    /// Anybody.
    Public,
    /// Only whoever was given it first.
    Private,
}

/// How long a client may keep a result, and for whom. Clients of older revisions are not told.
///
/// ```
/// use std::time::Duration;
/// use disco_sdk::Cache;
/// let cache = Cache::public(Duration::from_secs(60));
/// assert_eq!(cache.ttl_ms(), 60_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// For how long.
    pub ttl: Duration,
    /// For whom.
    pub scope: CacheScope,
}

impl Cache {
    /// Not to be kept at all.
    pub const NONE: Self = Self::private(Duration::ZERO);

    /// For anybody.
    #[must_use]
    pub const fn public(ttl: Duration) -> Self {
        Self { ttl, scope: CacheScope::Public }
    }

    /// For whoever was given it first.
    #[must_use]
    pub const fn private(ttl: Duration) -> Self {
        Self { ttl, scope: CacheScope::Private }
    }

    /// For how long, in the specification's unit.
    #[must_use]
    pub fn ttl_ms(&self) -> u64 {
        /// The largest whole number that JSON carries everywhere.
        const MOST: u64 = (1 << 53) - 1;
        u64::try_from(self.ttl.as_millis()).unwrap_or(MOST).min(MOST)
    }

    /// The same for nobody else, if the result depends on the caller.
    pub(crate) fn private_if(self, depends_on_caller: bool) -> Self {
        if depends_on_caller { Self::private(self.ttl) } else { self }
    }
}
