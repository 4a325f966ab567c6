//! What stands around every route: bounds, the type of the body, the audit, and what is measured.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, ORIGIN, USER_AGENT};
use axum::http::request::Parts as Head;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use serde_json::Value;
use tokio::sync::SemaphorePermit;

use super::events::Ending;
use super::handler::{Call, Reply};
use super::{Rest, Route, measure, openapi};
use crate::audit::{Event, Watch, about};
use crate::error::{Error, ErrorCode, Result};

/// Who REST calls are of, in the audit.
const WHO: &str = "rest";
/// Longer names of programs are cut.
const LONGEST_CLIENT: usize = 128;

/// One route, as something whose functions need not be known any more.
struct Entrance {
    rest: Arc<Rest>,
    method: Method,
    path: &'static str,
    name: &'static str,
    is_audited: bool,
    wanted: Arc<Value>,
    run: Arc<dyn Fn(Call) -> Reply + Send + Sync>,
}

pub(super) fn method_router(rest: &Arc<Rest>, route: &Route) -> MethodRouter {
    let entrance = Arc::new(Entrance {
        rest: rest.clone(),
        method: route.method.clone(),
        path: route.path,
        name: route.name,
        is_audited: route.is_audited(),
        wanted: Arc::new(openapi::body_of(&rest.document, route)),
        run: route.run.clone(),
    });
    let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
    on(filter, move |variables: RawPathParams, request: Request| async move {
        let start = Instant::now();
        let response = entrance.enter(&variables, request).await;
        measure::request(entrance.method.as_str(), entrance.path, response.status(), start.elapsed());
        response
    })
}

impl Entrance {
    async fn enter(&self, variables: &RawPathParams, request: Request) -> Response {
        match self.answer(variables, request).await {
            Ok(response) => response,
            Err(error) => error.into_response(),
        }
    }

    async fn answer(&self, variables: &RawPathParams, request: Request) -> Result<Response> {
        let end = tokio::time::Instant::now() + self.rest.app.config.http.request_time();
        let (head, body) = request.into_parts();
        let (_turn, body) = match self.let_in(&head, body, end).await {
            Err(error) if self.is_audited => {
                self.rest.door.turned_away(self.event(variables, &head, &Bytes::new()), &error);
                return Err(error);
            }
            let_in => let_in?,
        };
        let event = self.is_audited.then(|| self.event(variables, &head, &body));
        let watch = event.map(|event| Watch::new(self.rest.app.audit.clone(), event));
        let call = Call { rest: self.rest.clone(), head, body, wanted: self.wanted.clone() };
        let answer = within(end, (self.run)(call)).await.and_then(|answer| answer);
        match watch {
            Some(watch) => keep(watch, answer).await,
            None => answer,
        }
    }

    /// Takes a turn and the body, if both are within their bounds and of the right kind.
    async fn let_in(
        &self,
        head: &Head,
        body: Body,
        end: tokio::time::Instant,
    ) -> Result<(SemaphorePermit<'_>, Bytes)> {
        let http = &self.rest.app.config.http;
        let turn = self.rest.requests.try_acquire().map_err(|_| {
            let what = format!("{} requests are under way already, the most allowed", http.max_requests);
            Error::new(ErrorCode::Busy, what).suggest("try again later, or raise `max_requests`")
        })?;
        let read = axum::body::to_bytes(body, http.body_bytes());
        let body = within(end, read).await?.map_err(|_| {
            let what = format!("the body is larger than {} bytes, or broken off", http.body_bytes());
            Error::new(ErrorCode::BodyTooLarge, what).suggest("send it in parts, or raise `body_mb`")
        })?;
        wants_json(&head.method, &head.headers, &body)?;
        Ok((turn, body))
    }

    fn event(&self, variables: &RawPathParams, head: &Head, body: &Bytes) -> Event {
        let (query, headers) = (head.uri.query().unwrap_or_default(), &head.headers);
        let client = headers.get(USER_AGENT).and_then(|client| client.to_str().ok()).unwrap_or_default();
        let variables = variables.iter().map(|(_, value)| value.to_owned());
        let told = [about::query(query), about::json(body)].into_iter().filter(|told| !told.is_empty());
        Event {
            who: WHO.to_owned(),
            client: client.chars().take(LONGEST_CLIENT).collect(),
            kind: WHO.to_owned(),
            name: self.name.to_owned(),
            target: variables.chain(told).collect::<Vec<_>>().join(" "),
            ..Event::now(&[query.as_bytes(), body])
        }
    }
}

/// Keeps how the call has ended. A stream has begun, and its end is kept when it comes.
async fn keep(watch: Watch, mut answer: Result<Response>) -> Result<Response> {
    let stream = answer.as_mut().ok().and_then(|answer| answer.extensions_mut().remove::<Ending>());
    let Some(ending) = stream else {
        let outcome = answer.as_ref().err().map_or_else(|| "ok".to_owned(), |error| error.code.as_str());
        watch.end(outcome).await?;
        return answer;
    };
    watch.begun().await?;
    tokio::spawn(async move {
        if let Err(error) = watch.end(ending.outcome().await).await {
            tracing::error!("the audit of a stream cannot be kept: {error}");
        }
    });
    answer
}

/// Does something within the time of its request.
async fn within<T>(end: tokio::time::Instant, work: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout_at(end, work).await.map_err(|_| {
        Error::new(ErrorCode::Timeout, "the request took longer than it may")
            .suggest("ask for less, run it as a job, or raise `request_seconds`")
    })
}

/// A form of a foreign page can write anything but JSON. What has no body needs no type, but for a browser: it names
/// the origin of what writes.
fn wants_json(method: &Method, headers: &HeaderMap, body: &Bytes) -> Result<()> {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?"));
    let is_json = kind.is_some_and(|kind| {
        let essence = kind.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    });
    let is_by_program = kind.is_none() && body.is_empty() && !headers.contains_key(ORIGIN);
    if is_json || is_by_program || matches!(*method, Method::GET | Method::HEAD | Method::DELETE) {
        return Ok(());
    }
    let what = format!("the body is `{}`, but has to be `application/json`", kind.unwrap_or("of no type"));
    Err(Error::new(ErrorCode::UnsupportedMediaType, what).suggest("send `Content-Type: application/json`"))
}
