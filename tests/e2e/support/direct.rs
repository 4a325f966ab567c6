//! A server over HTTP without a socket, so that time can be paused.

use disco_sdk::transport::http::{Answer, Http};
use disco_sdk::{Server, Stop, Version};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;

/// A server whose requests are handed over as they are.
pub(crate) struct Direct {
    pub(crate) http: Http,
}

impl Direct {
    pub(crate) fn new(server: Server) -> Self {
        let service = server.build().expect("the server builds");
        Self { http: Http::new(service.endpoint(), None, Stop::default()) }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        headers: &[(&str, &str)],
        body: impl ToString,
    ) -> Response<Answer> {
        let mut request = Request::builder().method(method).uri("/mcp");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.http.handle(request.body(Full::from(body.to_string())).expect("a request")).await
    }

    pub(crate) async fn post(&self, session: Option<&str>, message: &Value) -> Response<Answer> {
        let mut headers =
            vec![("content-type", "application/json"), ("accept", "application/json, text/event-stream")];
        headers.extend(session.map(|session| ("mcp-session-id", session)));
        self.send(Method::POST, &headers, message).await
    }

    /// The stream of a session, or the rest of a stream behind an event.
    pub(crate) async fn get(&self, session: &str, last_event: Option<&str>) -> Response<Answer> {
        let mut headers = vec![("accept", "text/event-stream"), ("mcp-session-id", session)];
        headers.extend(last_event.map(|id| ("last-event-id", id)));
        self.send(Method::GET, &headers, "").await
    }

    pub(crate) async fn delete(&self, session: &str) -> StatusCode {
        self.send(Method::DELETE, &[("mcp-session-id", session)], "").await.status()
    }

    pub(crate) async fn open_session(&self, version: Version) -> String {
        let opened = self.post(None, &super::initialize(version)).await;
        opened.headers()["mcp-session-id"].to_str().expect("visible ASCII").to_owned()
    }
}

/// The whole body as JSON.
pub(crate) async fn json(response: Response<Answer>) -> Value {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    serde_json::from_slice(&bytes).expect("a JSON body")
}

/// One event of a stream.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: Option<String>,
    pub(crate) retry: Option<String>,
    pub(crate) data: String,
}

impl Event {
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_else(|| panic!("no id in {self:?}"))
    }

    pub(crate) fn message(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The next event of a stream; comments are passed over. `None` at the end.
pub(crate) async fn event(response: &mut Response<Answer>) -> Option<Event> {
    loop {
        let frame = response.body_mut().frame().await?.expect("a frame");
        let text = String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text");
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim_start().to_owned())
        };
        if let Some(data) = field("data:") {
            return Some(Event { id: field("id:"), retry: field("retry:"), data });
        }
    }
}
