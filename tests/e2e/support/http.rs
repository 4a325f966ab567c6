//! A server over HTTP, on a free port of the loopback.

use std::net::SocketAddr;
use std::sync::Arc;

use disco_sdk::{Notifier, Registry, Server, Service, Stop, Version};
use disco_tests::{Dropped, Gate, fixture};
use futures_util::StreamExt as _;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::sse::Decoder;

/// A running server; it stops when this is dropped.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    pub(crate) gate: Arc<Gate>,
    pub(crate) dropped: Arc<Dropped>,
    pub(crate) notifier: Notifier,
    pub(crate) registry: Registry,
    pub(crate) stop: Stop,
    pub(crate) task: JoinHandle<disco_sdk::Result<()>>,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.now();
    }
}

impl TestServer {
    /// The fixture.
    pub(crate) async fn start() -> Self {
        Self::start_with(|server| server).await
    }

    /// The fixture with other settings.
    pub(crate) async fn start_with(set: impl FnOnce(Server) -> Server) -> Self {
        let gate = Arc::new(Gate::default());
        let dropped = Arc::new(Dropped::default());
        let server = fixture().shared_state(Arc::clone(&gate)).shared_state(Arc::clone(&dropped));
        let mut started = Self::serve(set(server)).await;
        (started.gate, started.dropped) = (gate, dropped);
        started
    }

    /// Any server.
    pub(crate) async fn serve(server: Server) -> Self {
        let (gate, dropped) = (Arc::default(), Arc::default());
        let service: Service = server.build().expect("the server builds");
        let (notifier, registry) = (service.notifier(), service.registry());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let stop = Stop::default();
        let until = stop.clone();
        let task = tokio::spawn(async move { service.serve_http(listener, &until).await });
        Self { address, client: Client::new(), gate, dropped, notifier, registry, stop, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A POST to `/mcp` with the headers that clients send.
    pub(crate) fn post(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client
            .post(self.url("/mcp"))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .body(body)
    }

    /// A modern request with its mirror in the headers.
    pub(crate) fn modern(&self, message: &Value) -> RequestBuilder {
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: &str| {
            headers.insert(name, value.parse().expect("a header value"));
        };
        set("mcp-protocol-version", Version::LATEST.as_str());
        set("mcp-method", message["method"].as_str().unwrap_or_default());
        let params = &message["params"];
        let name = ["name", "uri", "taskId"].into_iter().find_map(|member| params[member].as_str());
        if let Some(name) = name {
            set("mcp-name", name);
        }
        self.post(message.to_string()).headers(headers)
    }

    /// Opens an old-era session and gives its id.
    pub(crate) async fn open_session(&self, version: Version) -> String {
        let response = self.send(self.post(super::initialize(version).to_string())).await;
        assert_eq!(response.status(), 200);
        response.headers()["mcp-session-id"].to_str().expect("visible ASCII").to_owned()
    }

    /// A request in a session.
    pub(crate) fn in_session(&self, session: &str, message: &Value) -> RequestBuilder {
        self.post(message.to_string()).header("mcp-session-id", session)
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Response {
        request.send().await.expect("the server answers")
    }

    pub(crate) async fn json(&self, request: RequestBuilder) -> Value {
        self.send(request).await.json().await.expect("a JSON body")
    }
}

/// The events of a stream, one after the other.
pub(crate) struct Events {
    bytes: futures_util::stream::BoxStream<'static, reqwest::Result<Vec<u8>>>,
    decoder: Decoder,
    /// The id of the last event, if it had one.
    pub(crate) last_id: Option<String>,
}

impl Events {
    pub(crate) fn of(response: Response) -> Self {
        let kind = response.headers()[CONTENT_TYPE].clone();
        assert_eq!(kind, "text/event-stream");
        let bytes = response.bytes_stream().map(|chunk| chunk.map(|chunk| chunk.to_vec())).boxed();
        Self { bytes, decoder: Decoder::default(), last_id: None }
    }

    /// The next event's name and data; comments, and events that only have an id, are passed over.
    /// `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<(String, String)> {
        loop {
            while let Some(event) = self.decoder.next_event() {
                self.last_id = event.id;
                if !event.data.is_empty() {
                    return Some((event.name, event.data));
                }
            }
            self.decoder.push(&self.bytes.next().await?.ok()?);
        }
    }

    /// The next event's message.
    pub(crate) async fn message(&mut self) -> Option<Value> {
        let (name, data) = self.next().await?;
        assert_eq!(name, "message");
        Some(serde_json::from_str(&data).expect("a message is JSON"))
    }
}
