//! One row of the table that the router and the description are made of.

use std::fmt;
use std::sync::Arc;

use axum::http::Method;

use super::handler::{Call, Handler, Reply};
use super::openapi::Operation;
use crate::error::ErrorCode;

/// A method and a path, and what answers there.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path; a variable stands in braces.
    pub path: &'static str,
    /// The name of the operation: that of the tool that does the same, if there is one.
    pub name: &'static str,
    /// What it does, in a sentence of at most 300 characters.
    pub summary: &'static str,
    pub(super) capability: Option<&'static str>,
    pub(super) codes: Vec<ErrorCode>,
    pub(super) describe: fn(&mut Operation<'_>),
    pub(super) run: Arc<dyn Fn(Call) -> Reply + Send + Sync>,
}

impl Route {
    /// Reads something.
    pub fn get<Parts, H: Handler<Parts>>(
        path: &'static str,
        name: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self {
        Self::new(Method::GET, path, name, summary, handler)
    }

    /// Makes or does something.
    pub fn post<Parts, H: Handler<Parts>>(
        path: &'static str,
        name: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self {
        Self::new(Method::POST, path, name, summary, handler)
    }

    /// Replaces something.
    pub fn put<Parts, H: Handler<Parts>>(
        path: &'static str,
        name: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self {
        Self::new(Method::PUT, path, name, summary, handler)
    }

    /// Removes something.
    pub fn delete<Parts, H: Handler<Parts>>(
        path: &'static str,
        name: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self {
        Self::new(Method::DELETE, path, name, summary, handler)
    }

    /// The errors that it may answer with, beside those that any request may meet.
    #[must_use]
    pub fn may_fail(mut self, codes: &[ErrorCode]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// What the server can do because it has this route, as `/capabilities` tells it.
    #[must_use]
    pub fn offers(mut self, capability: &'static str) -> Self {
        self.capability = Some(capability);
        self
    }

    /// Whether its calls are in the audit: not those that only ask whether the server is there.
    pub(super) fn is_audited(&self) -> bool {
        self.path.starts_with("/api/")
    }

    fn new<Parts, H: Handler<Parts>>(
        method: Method,
        path: &'static str,
        name: &'static str,
        summary: &'static str,
        handler: H,
    ) -> Self {
        Self {
            method,
            path,
            name,
            summary,
            capability: None,
            codes: Vec::new(),
            describe: H::describe,
            run: Arc::new(move |call| handler.call(call)),
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
