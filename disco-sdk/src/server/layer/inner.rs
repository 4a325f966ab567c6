//! What stands behind a layer: the innermost service of all.

use std::task::{Context, Poll};

use tower_service::Service;

use super::call::Call;
use super::outcome::Outcome;
use crate::error::{Error, Result};
use crate::server::BoxFuture;

/// What stands behind a layer: further layers, and the handler. A layer wraps this service.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Inner;

impl Service<Call> for Inner {
    type Response = Outcome;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Outcome>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        call.go_on()
    }
}
