//! A layer that is a function of the call and of what comes next: what all of ours are made of.

use std::fmt;
use std::task::{Context, Poll};

use tower_service::Service;

use super::call::Call;
use super::chain::ours;
use super::outcome::Outcome;
use crate::error::{BoxError, Error, Result};
use crate::server::BoxFuture;

/// What comes behind a layer in one call: [`Next::run`] goes there.
#[must_use = "the handler is called by `run`"]
pub struct Next(Box<dyn FnOnce(Call) -> BoxFuture<'static, Result<Outcome>> + Send>);

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

impl Next {
    /// Goes on with the call.
    #[must_use]
    pub fn run(self, call: Call) -> BoxFuture<'static, Result<Outcome>> {
        (self.0)(call)
    }
}

/// What a layer does with a call.
pub(super) trait Handle {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>>;
}

/// A service inside of one of the layers of this module.
#[derive(Clone, Debug)]
pub struct Within<L, S> {
    layer: L,
    inner: S,
}

impl<L, S> Within<L, S> {
    pub(super) fn new(layer: &L, inner: S) -> Self
    where
        L: Clone,
    {
        Self { layer: layer.clone(), inner }
    }
}

impl<L, S> Service<Call> for Within<L, S>
where
    L: Handle,
    S: Service<Call, Response = Outcome, Error: Into<BoxError>, Future: Send + 'static>
        + Clone
        + Send
        + 'static,
{
    type Response = Outcome;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Outcome>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx).map_err(ours)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        // The one that is ready is used up; a clone of it is not ready yet.
        let fresh = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, fresh);
        let next = Next(Box::new(move |call| {
            let future = ready.call(call);
            Box::pin(async { future.await.map_err(ours) })
        }));
        self.layer.handle(call, next)
    }
}

/// Makes a tower layer of a type that is `Handle`.
macro_rules! is_layer {
    ($layer:ty) => {
        impl<S> tower_layer::Layer<S> for $layer {
            type Service = $crate::server::layer::Within<$layer, S>;

            fn layer(&self, inner: S) -> Self::Service {
                $crate::server::layer::Within::new(self, inner)
            }
        }
    };
}

pub(super) use is_layer;
