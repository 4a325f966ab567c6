//! From what a transport knows of a request to the caller: `Server::caller`.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;

use super::BoxFuture;
use super::context::Context;
use super::output::Failure;
use super::param::FromCall;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc;
use crate::transport::{Caller, Identified, Reply, RequestParts, Status};

#[diagnostic::do_not_recommend]
impl FromCall for Caller {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(cx.caller().clone())
    }
}

/// What finds out who calls.
pub(crate) type Identify = Box<dyn Fn(&RequestParts<'_>) -> Found + Send + Sync>;

/// A caller, or the reason why there is none: now or later.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "there is nothing to see in a future")]
pub enum Found {
    Now(Result<Caller>),
    Later(BoxFuture<'static, Result<Caller>>),
}

/// What [`Server::caller`](crate::Server::caller) may give: a [`Caller`], an `Option` of one (`None`
/// is nobody in particular), a `Result` of one of these, or a future of any of them.
///
/// An error refuses the request: HTTP says 401, or 403 for [`Error::forbidden`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who calls",
    label = "no caller",
    note = "give `Caller`, `Option<Caller>`, a `Result` of one of these, or a future of it"
)]
pub trait IntoCaller<Via> {
    #[doc(hidden)]
    fn found(self) -> Found;
}

/// Says that the caller is known at once.
#[derive(Debug)]
pub struct ViaValue;

/// Says that it takes time to find out.
#[derive(Debug)]
pub struct ViaFuture;

trait Known {
    fn known(self) -> Result<Caller>;
}

impl Known for Caller {
    fn known(self) -> Result<Caller> {
        Ok(self)
    }
}

impl Known for Option<Caller> {
    fn known(self) -> Result<Caller> {
        Ok(self.unwrap_or_default())
    }
}

impl<C: Known, E: Failure> Known for Result<C, E> {
    fn known(self) -> Result<Caller> {
        self.map_err(Failure::into_error)?.known()
    }
}

#[diagnostic::do_not_recommend]
impl<C: Known> IntoCaller<ViaValue> for C {
    fn found(self) -> Found {
        Found::Now(self.known())
    }
}

#[diagnostic::do_not_recommend]
impl<F> IntoCaller<ViaFuture> for F
where
    F: Future<Output: Known> + Send + 'static,
{
    fn found(self) -> Found {
        Found::Later(Box::pin(async { self.await.known() }))
    }
}

/// Asks `identify`, if there is such a thing; nobody is anonymous otherwise.
pub(crate) fn identified(
    identify: Option<&Identify>,
    parts: &RequestParts<'_>,
    limit: Duration,
) -> Identified {
    let Some(identify) = identify else {
        return Identified::Now(Ok(Caller::anonymous()));
    };
    match identify(parts) {
        Found::Now(caller) => Identified::Now(caller.map_err(|error| refusal(&error))),
        Found::Later(caller) => Identified::Later(Box::pin(async move {
            let in_time = timeout(limit, caller).await.unwrap_or_else(|_| Err(too_late(limit)));
            in_time.map_err(|error| refusal(&error))
        })),
    }
}

fn too_late(limit: Duration) -> Error {
    let words = format!("who calls could not be found out within {limit:?}; try again later");
    Error::protocol(ErrorCode::BUSY, words)
}

/// The answer to a caller that may not come in. It names no request: none was read.
fn refusal(error: &Error) -> Reply {
    let (code, status) = match error.code() {
        ErrorCode::FORBIDDEN => (ErrorCode::FORBIDDEN, Status::Forbidden),
        ErrorCode::BUSY => (ErrorCode::BUSY, Status::Busy),
        _ => (ErrorCode::UNAUTHORIZED, Status::Unauthorized),
    };
    tracing::debug!(%error, "a caller was refused");
    Reply { body: jsonrpc::error_message(None, code, error), status, ..Reply::default() }
}
