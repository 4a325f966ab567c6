//! Streamable HTTP: one POST a message, in a session until 2025-11-25.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Builder;
use http::{HeaderName, HeaderValue, Method as Verb, Request, Uri};
use http_body_util::Full;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::mirror::{Mirrors, header_value};
use super::request::{messages, send};
use super::{Incoming, Later, Link, Single};
use crate::error::Result;
use crate::protocol::method::Method;
use crate::protocol::version::Version;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

pub(in crate::client) struct Http {
    url: Uri,
    version: Version,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<HeaderValue>,
    mirrors: Mirrors,
}

impl Http {
    pub(in crate::client) fn new(url: &str, version: Version) -> Result<Self> {
        Ok(Self { url: url.parse()?, version, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self, verb: Verb) -> Builder {
        let mut request = Request::builder().method(verb).uri(self.url.clone());
        let session = self.state().session.clone();
        // A revision that begins with `initialize` is settled when there is a session.
        if session.is_some() || !self.version.is_legacy() {
            request = request.header(VERSION, self.version.as_str());
        }
        match session {
            Some(session) => request.header(SESSION, session),
            None => request,
        }
    }

    fn post(&self, message: &Value) -> Result<Request<Full<Bytes>>> {
        let mut request = self
            .request(Verb::POST)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream");
        if let (false, Some(method)) = (self.version.is_legacy(), message["method"].as_str()) {
            request = request.header(METHOD, method);
            let params = &message["params"];
            if let Some(name) = params["name"].as_str().or_else(|| params["uri"].as_str()) {
                request = request.header(NAME, header_value(name));
            }
            if method == Method::CallTool.as_str() {
                for (header, value) in self.state().mirrors.of(params) {
                    request = request.header(header, value);
                }
            }
        }
        Ok(request.body(Full::new(serde_json::to_vec(message)?.into()))?)
    }
}

impl Link for Http {
    fn send<'a>(&'a self, message: &'a Value) -> Later<'a, Result<Box<dyn Incoming>>> {
        Box::pin(async move {
            let request = self.post(message)?;
            match message["method"].as_str().and_then(Method::named) {
                Some(Method::Initialize) => {
                    let response = send(request).await?;
                    self.state().session = response.headers().get(SESSION).cloned();
                    messages(response).await
                }
                Some(Method::ListTools) => {
                    let listed = messages(send(request).await?).await?.next().await?;
                    self.state().mirrors.learn(listed.as_ref().unwrap_or(&Value::Null));
                    Ok(Box::new(Single(listed)) as Box<dyn Incoming>)
                }
                // The server may take its time until it says anything, even that it has begun.
                Some(_) => Ok(Box::new(Opening::new(request)) as Box<dyn Incoming>),
                None => messages(send(request).await?).await,
            }
        })
    }

    fn listen(&self) -> Later<'_, Result<Box<dyn Incoming>>> {
        Box::pin(async {
            let request = self.request(Verb::GET).header(ACCEPT, "text/event-stream");
            messages(send(request.body(Full::default())?).await?).await
        })
    }

    fn cancels_by_closing(&self) -> bool {
        !self.version.is_legacy()
    }
}

/// A request whose answer has not begun. When it is dropped, the connection closes.
struct Opening {
    answer: JoinHandle<Result<Box<dyn Incoming>>>,
    begun: Option<Box<dyn Incoming>>,
}

impl Opening {
    fn new(request: Request<Full<Bytes>>) -> Self {
        let answer = tokio::spawn(async move { messages(send(request).await?).await });
        Self { answer, begun: None }
    }
}

impl Incoming for Opening {
    fn next(&mut self) -> Later<'_, Result<Option<Value>>> {
        Box::pin(async {
            let begun = match &mut self.begun {
                Some(begun) => begun,
                begun => begun.insert((&mut self.answer).await??),
            };
            begun.next().await
        })
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.answer.abort();
    }
}
