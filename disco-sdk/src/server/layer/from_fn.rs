//! A layer that is a function.

use std::fmt;
use std::future::Future;

use super::call::Call;
use super::outcome::Outcome;
use super::within::{Handle, Next, Within};
use crate::error::Result;
use crate::server::BoxFuture;

/// A layer that is a function: [`from_fn`].
#[derive(Clone, Copy)]
pub struct FromFn<F>(F);

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}

/// Makes a layer of a function, which looks at the call, goes on with it by [`Next::run`] or not, and looks at
/// what came of it.
///
/// ```
/// use disco_sdk::layer::{self, Call, Next};
/// use disco_sdk::prelude::*;
///
/// let only_by_day = layer::from_fn(async |call: Call, next: Next| {
///     if call.caller().has_scope("night") {
///         return Err(Error::new("the shop is closed").with_suggestion("come back tomorrow"));
///     }
///     next.run(call).await
/// });
/// let server = Server::new("shop", "1.0.0").layer(only_by_day);
/// ```
pub fn from_fn<F, Fut>(function: F) -> FromFn<F>
where
    F: Fn(Call, Next) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Outcome>> + Send + 'static,
{
    FromFn(function)
}

impl<F, Fut> Handle for FromFn<F>
where
    F: Fn(Call, Next) -> Fut,
    Fut: Future<Output = Result<Outcome>> + Send + 'static,
{
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        Box::pin((self.0)(call, next))
    }
}

impl<F: Clone, S> tower_layer::Layer<S> for FromFn<F> {
    type Service = Within<Self, S>;

    fn layer(&self, inner: S) -> Self::Service {
        Within::new(self, inner)
    }
}
