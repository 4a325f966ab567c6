//! What the functions give.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::Rest;
use super::openapi::Operation;
use crate::error::Result;

/// Something that a function gives.
pub trait Answer: Send {
    /// Tells what it is.
    fn describe(operation: &mut Operation<'_>);

    /// Makes a response of it.
    ///
    /// # Errors
    /// When there is no room for it.
    fn respond(self, rest: &Rest) -> Result<Response>;
}

#[derive(Serialize)]
struct Success<T> {
    status: &'static str,
    data: T,
}

fn success<T: Serialize>(status: StatusCode, data: T) -> Response {
    (status, Json(Success { status: "success", data })).into_response()
}

/// Facts stand in the envelope.
impl<T: Serialize + JsonSchema + Send> Answer for T {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_in_envelope::<T>(StatusCode::OK);
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(success(StatusCode::OK, self))
    }
}

/// Something new.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<T: Serialize + JsonSchema + Send> Answer for Created<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_in_envelope::<T>(StatusCode::CREATED);
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(success(StatusCode::CREATED, self.0))
    }
}

/// Facts without the envelope, for programs that expect none.
#[derive(Debug)]
pub struct Plain<T>(pub T);

impl<T: Serialize + JsonSchema + Send> Answer for Plain<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_plainly::<T>(StatusCode::OK);
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(Json(self.0).into_response())
    }
}
