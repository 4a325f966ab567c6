//! A layer that lets through so many calls in a time, by the leaky bucket of `governor`.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use super::call::Call;
use super::outcome::Outcome;
use super::within::{Handle, Next, is_layer};
use crate::error::{Error, Result};
use crate::server::BoxFuture;

/// How many callers are told apart, unless it is said.
const KEYS: usize = 10_000;

/// The clock of tokio, which tests can hold.
#[derive(Clone, Debug, Default)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

type Limiter = RateLimiter<String, HashMapStateStore<String>, TokioClock>;
type Key = dyn Fn(&Call) -> String + Send + Sync;

/// Lets through so many calls in a time. The others are refused at once: `RATE_LIMITED`, with the seconds after
/// which it may be tried again.
///
/// A value is one allowance, also when it is given to two tools; a clone of it is the same. It is used up in a
/// burst and comes back evenly. Each process has its own: replicas do not count together.
///
/// ```
/// use disco_sdk::layer::RateLimit;
/// use disco_sdk::prelude::*;
///
/// /// Looks something up, which costs money.
/// #[tool(read_only, layer = RateLimit::per_minute(10).per_caller())]
/// async fn look_up(what: String) -> String {
///     what
/// }
/// ```
#[derive(Clone)]
pub struct RateLimit {
    quota: Quota,
    words: String,
    key: Arc<Key>,
    most_keys: usize,
    limiter: Arc<Limiter>,
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").field("allows", &self.words).finish_non_exhaustive()
    }
}

impl RateLimit {
    /// So many calls in a second, over all callers; at least one.
    #[must_use]
    pub fn per_second(calls: u32) -> Self {
        Self::new(Quota::per_second(at_least_one(calls)), format!("{} a second", calls.max(1)))
    }

    /// So many calls in a minute, over all callers; at least one.
    #[must_use]
    pub fn per_minute(calls: u32) -> Self {
        Self::new(Quota::per_minute(at_least_one(calls)), format!("{} a minute", calls.max(1)))
    }

    /// So many calls in an hour, over all callers; at least one.
    #[must_use]
    pub fn per_hour(calls: u32) -> Self {
        Self::new(Quota::per_hour(at_least_one(calls)), format!("{} an hour", calls.max(1)))
    }

    fn new(quota: Quota, words: String) -> Self {
        let limiter = Arc::new(limiter(quota));
        Self { quota, words, key: Arc::new(|_| String::new()), most_keys: KEYS, limiter }
    }

    /// So many of them at once, if it is not to be all of them.
    #[must_use]
    pub fn burst(mut self, calls: u32) -> Self {
        self.quota = self.quota.allow_burst(at_least_one(calls));
        self.limiter = Arc::new(limiter(self.quota));
        self
    }

    /// So many for each caller. All that are anonymous are one.
    #[must_use]
    pub fn per_caller(self) -> Self {
        self.by(|call| call.caller().principal())
    }

    /// So many for each of what `key` gives: a tenant, the name of a tool.
    #[must_use]
    pub fn by(mut self, key: impl Fn(&Call) -> String + Send + Sync + 'static) -> Self {
        self.key = Arc::new(key);
        self.limiter = Arc::new(limiter(self.quota));
        self
    }

    /// Tells so many callers or keys apart, 10,000 unless it is said. While more than that come in a short
    /// time, they share one allowance.
    #[must_use]
    pub fn keys(mut self, most: usize) -> Self {
        self.most_keys = most;
        self
    }

    /// How long it takes until the call would be let through, if it is not.
    fn wait(&self, call: &Call) -> Option<Duration> {
        if self.limiter.len() >= self.most_keys {
            self.limiter.retain_recent();
        }
        let is_full = self.limiter.len() >= self.most_keys;
        let key = if is_full { String::new() } else { (self.key)(call) };
        let refused = self.limiter.check_key(&key).err()?;
        Some(refused.wait_time_from(TokioClock.now()))
    }

    fn refused(&self, wait: Duration) -> Error {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Error::new(format!("too many calls: {} are allowed", self.words))
            .with_code("RATE_LIMITED")
            .with_suggestion(format!("try again after {seconds} s"))
            .with_data("retryable", true)
            .with_data("retryAfterSeconds", seconds)
    }
}

fn at_least_one(calls: u32) -> NonZeroU32 {
    NonZeroU32::new(calls).unwrap_or(NonZeroU32::MIN)
}

fn limiter(quota: Quota) -> Limiter {
    RateLimiter::hashmap_with_clock(quota, TokioClock)
}

impl Handle for RateLimit {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        match self.wait(&call) {
            None => next.run(call),
            Some(wait) => Box::pin(std::future::ready(Err(self.refused(wait)))),
        }
    }
}

is_layer!(RateLimit);
