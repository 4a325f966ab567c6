//! What the functions take of a request.

use std::fmt::Display;
use std::future::{Future, ready};
use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use disco_sdk::State;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::handler::Call;
use super::openapi::{Operation, Place};
use super::{Rest, shape};
use crate::app::App;
use crate::error::{Error, ErrorCode, Result};

/// Something that a function takes of a request.
pub trait Part: Sized + Send {
    /// Tells what it is.
    fn describe(_: &mut Operation<'_>) {}

    /// Takes it.
    fn take(call: &mut Call) -> impl Future<Output = Result<Self>> + Send;
}

/// The variables of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// What stands behind the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The body, as JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// The server, as tools take it.
impl Part for State<App> {
    fn take(call: &mut Call) -> impl Future<Output = Result<Self>> + Send {
        ready(Ok(call.rest.app.clone().into()))
    }
}

/// The server with what is around it.
impl Part for Arc<Rest> {
    fn take(call: &mut Call) -> impl Future<Output = Result<Self>> + Send {
        ready(Ok(call.rest.clone()))
    }
}

/// The head of the request.
impl Part for axum::http::HeaderMap {
    fn take(call: &mut Call) -> impl Future<Output = Result<Self>> + Send {
        ready(Ok(call.head.headers.clone()))
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Part for Path<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.parameters::<T>(Place::Path);
    }

    async fn take(call: &mut Call) -> Result<Self> {
        let path = axum::extract::Path::<T>::from_request_parts(&mut call.head, &()).await;
        path.map(|path| Self(path.0)).map_err(|error| invalid("the path", &error.body_text()))
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Part for Query<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.parameters::<T>(Place::Query);
        operation.may_fail(ErrorCode::InvalidRequest);
    }

    async fn take(call: &mut Call) -> Result<Self> {
        let query = axum::extract::Query::<T>::from_request_parts(&mut call.head, &()).await;
        query.map(|query| Self(query.0)).map_err(|error| invalid("the query", &error.body_text()))
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Part for Body<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.body::<T>();
        operation.may_fail(ErrorCode::InvalidRequest);
    }

    fn take(call: &mut Call) -> impl Future<Output = Result<Self>> + Send {
        ready(read(call).map(Self))
    }
}

fn read<T: DeserializeOwned>(call: &Call) -> Result<T> {
    let wrong = |error: serde_json::Error| invalid("the body", &error.to_string());
    let mut body = serde_json::from_slice(&call.body).map_err(wrong)?;
    shape::fit(&call.wanted, &mut body)?;
    serde_json::from_value(body).map_err(wrong)
}

fn invalid(what: &str, why: &str) -> Error {
    Error::new(ErrorCode::InvalidRequest, format!("{what} cannot be used: {why}"))
        .suggest("compare it with the description at /openapi.json, or try it at /docs")
}

/// A number that has to be in a range.
///
/// # Errors
/// `INVALID_ARGUMENT`, naming the parameter.
pub fn bounded<T: PartialOrd + Display>(name: &str, value: T, range: RangeInclusive<T>) -> Result<T> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = range.into_inner();
    let what = format!("`{name}` is {value}, but must be {least} to {most}");
    Err(Error::new(ErrorCode::InvalidArgument, what).suggest("choose a value in this range, or leave it out"))
}
