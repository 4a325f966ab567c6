//! Streamable HTTP: one POST a message, in a session until 2025-11-25.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Builder;
use http::{HeaderName, HeaderValue, Method as Verb, Request, Uri};
use http_body_util::Full;
use serde_json::Value;

use super::mirror::{Mirrors, header_value};
use super::request::{messages, send};
use super::{Incoming, Later, Link};
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
            let response = send(self.post(message)?).await?;
            if let Some(session) = response.headers().get(SESSION) {
                self.state().session = Some(session.clone());
            }
            let mut messages = messages(response).await?;
            if message["method"] != Method::ListTools.as_str() {
                return Ok(messages);
            }
            // Which arguments of which tools stand in headers too, the list of tools tells.
            let listed = messages.next().await?;
            self.state().mirrors.learn(listed.as_ref().unwrap_or(&Value::Null));
            Ok(Box::new(super::Single(listed)) as Box<dyn Incoming>)
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
