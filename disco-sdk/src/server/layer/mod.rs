#![doc = include_str!("../../docs/layers.md")]

mod audit;
mod call;
mod chain;
mod concurrency;
mod enter;
mod from_fn;
mod inner;
#[cfg(feature = "metrics")]
mod metrics;
mod outcome;
#[cfg(feature = "rate-limit")]
mod rate_limit;
mod response_limit;
mod timeout;
mod trace;
mod watch;
mod within;

pub use audit::{Audit, Record};
pub use call::{Call, Kind};
pub(crate) use chain::Chain;
pub use chain::{CallLayer, Layered, Wrapped, around};
pub use concurrency::Concurrency;
pub use from_fn::{FromFn, from_fn};
pub use inner::Inner;
#[cfg(feature = "metrics")]
pub use metrics::Metrics;
pub use outcome::Outcome;
#[cfg(feature = "rate-limit")]
pub use rate_limit::RateLimit;
pub use response_limit::ResponseLimit;
pub use timeout::Timeout;
pub use trace::Trace;
pub use watch::Ending;
pub use within::{Next, Within};

use super::builder::Server;

impl Server {
    /// Puts a layer around every call of a tool, every reading of a resource and every prompt. A call comes
    /// to the layer that was given first, then to the next; behind those of the server it comes to those of
    /// the value with `#[handlers]`, and then to those of the tool itself.
    ///
    /// See [`layer`](crate::layer) for what a layer is and which there are. A server without any pays nothing
    /// for the possibility.
    ///
    /// ```
    /// use std::time::Duration;
    /// use disco_sdk::layer::{Concurrency, Timeout};
    /// use disco_sdk::prelude::*;
    ///
    /// let server = Server::new("demo", "1.0.0")
    ///     .layer(Concurrency::new(64))
    ///     .layer(Timeout::new(Duration::from_secs(30)));
    /// ```
    pub fn layer(mut self, layer: impl CallLayer) -> Self {
        self.layers.push(layer.wrapped());
        self
    }
}
