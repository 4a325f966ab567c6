//! A client that may send anything, on one line stream or one HTTP connection from beginning to end.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use disco_sdk::transport::{Wire, line};
use disco_sdk::{Caller, Limits, Service, Stop, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::support::{initialize, modern_call, request};

/// How long a test waits before it says that nothing came.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The HTTP status; `None` on lines.
    pub(super) status: Option<u16>,
    /// The message; `null`: there is none.
    pub(super) message: Value,
    /// Of how many bytes.
    pub(super) length: usize,
}

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// The client's end.
pub(super) enum Peer {
    Lines {
        version: Version,
        input: tokio::io::WriteHalf<DuplexStream>,
        output: Lines<BufReader<tokio::io::ReadHalf<DuplexStream>>>,
    },
    Http {
        version: Version,
        address: SocketAddr,
        sender: SendRequest<Full<Bytes>>,
        session: Option<String>,
        stop: Stop,
    },
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Self::Http { stop, .. } = self {
            stop.now();
        }
    }
}

impl Peer {
    /// Lines as on standard input and output. An old revision is initialized.
    pub(super) async fn lines(service: &Service, version: Version, limits: Limits) -> Self {
        let (near, far) = tokio::io::duplex(1 << 20);
        let (input, output) = tokio::io::split(far);
        let conversation = service.endpoint().connect(Wire::Stdio, Caller::anonymous());
        tokio::spawn(async move {
            let (input, output) = (Box::new(input), Box::new(output));
            line::serve(conversation, input, output, &limits, &Stop::default()).await
        });
        let (output, input) = tokio::io::split(near);
        let mut peer = Self::Lines { version, input, output: BufReader::new(output).lines() };
        if version.is_legacy() {
            assert!(peer.ask(&initialize(version)).await.message["result"].is_object());
        }
        peer
    }

    /// One HTTP connection. An old revision is initialized.
    pub(super) async fn http(service: &Service, version: Version) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Stop::default();
        let (service, until) = (service.clone(), stop.clone());
        tokio::spawn(async move { service.serve_http(listener, &until).await });
        let sender = connect(address).await;
        let mut peer = Self::Http { version, address, sender, session: None, stop };
        if version.is_legacy() {
            assert!(peer.ask(&initialize(version)).await.message["result"].is_object());
        }
        peer
    }

    /// Another connection of the same client. It must not outlive this one.
    pub(super) async fn sibling(&self) -> Self {
        let Self::Http { version, address, session, stop, .. } = self else { unreachable!("this is HTTP") };
        let (sender, session, stop) = (connect(*address).await, session.clone(), stop.clone());
        Self::Http { version: *version, address: *address, sender, session, stop }
    }

    /// Sends a message and waits for the answer.
    pub(super) async fn ask(&mut self, message: &Value) -> Answer {
        self.ask_bytes(message.to_string().as_bytes(), message).await
    }

    /// Sends whatever bytes; over HTTP with the headers that `message` would have.
    pub(super) async fn ask_bytes(&mut self, bytes: &[u8], message: &Value) -> Answer {
        match self {
            Self::Lines { .. } => {
                self.write(bytes).await;
                let answer = timeout(PATIENCE, self.read()).await;
                answer.unwrap_or_else(|_| panic!("no answer to {message}"))
            }
            Self::Http { .. } => self.post(bytes, message).await,
        }
    }

    /// Sends what wants no answer. Over HTTP there is a status and an error at the most.
    pub(super) async fn tell(&mut self, message: &Value) -> Option<Answer> {
        let bytes = message.to_string().into_bytes();
        match self {
            Self::Lines { .. } => {
                self.write(&bytes).await;
                None
            }
            Self::Http { .. } => Some(self.post(&bytes, message).await),
        }
    }

    /// The next line.
    pub(super) async fn read(&mut self) -> Answer {
        let Self::Lines { output, .. } = self else { unreachable!("there are lines only") };
        let line = output.next_line().await.unwrap().expect("the server still speaks");
        Answer { status: None, message: serde_json::from_str(&line).unwrap(), length: line.len() }
    }

    async fn write(&mut self, bytes: &[u8]) {
        let Self::Lines { input, .. } = self else { unreachable!("there are lines only") };
        input.write_all(bytes).await.unwrap();
        input.write_all(b"\n").await.unwrap();
    }

    async fn post(&mut self, bytes: &[u8], message: &Value) -> Answer {
        let Self::Http { version, sender, session, address, .. } = self else { unreachable!("this is HTTP") };
        let mut post = http::Request::post("/mcp")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        let is_first = message["method"] == "initialize";
        if !is_first {
            post = post.header("mcp-protocol-version", version.as_str());
        }
        if let Some(session) = session.as_ref().filter(|_| !is_first) {
            post = post.header("mcp-session-id", session);
        }
        if !version.is_legacy() {
            let params = &message["params"];
            let name = if message["method"] == "resources/read" { &params["uri"] } else { &params["name"] };
            for (header, value) in [("mcp-method", &message["method"]), ("mcp-name", name)] {
                if let Some(value) = value.as_str().filter(|value| value.len() < 1000) {
                    post = post.header(header, value);
                }
            }
        }
        sender.ready().await.expect("the connection is still open");
        let post = post.body(Full::new(Bytes::copy_from_slice(bytes))).unwrap();
        let response = timeout(PATIENCE, sender.send_request(post)).await;
        let Ok(response) = response else { panic!("no answer to {message}") };
        let response = response.expect("the connection is still open");
        if let Some(opened) = response.headers().get("mcp-session-id").filter(|_| session.is_none()) {
            *session = Some(opened.to_str().unwrap().to_owned());
        }
        let status = Some(response.status().as_u16());
        if response.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            // It would not end: what is wrong is that it has begun.
            *sender = connect(*address).await;
            return Answer { status, message: "a stream of events".into(), length: 0 };
        }
        let body = timeout(PATIENCE, response.into_body().collect()).await.expect("the body in time");
        let body = body.unwrap().to_bytes();
        let message = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        Answer { status, message, length: body.len() }
    }

    /// Whether an ordinary call is answered as ever, on the same connection.
    pub(super) async fn goes_on(&mut self) -> bool {
        let version = match self {
            Self::Lines { version, .. } | Self::Http { version, .. } => *version,
        };
        let (id, arguments) = ("next", json!({"a": 1}));
        let call = if version.is_legacy() {
            request(id, "tools/call", json!({"name": "add", "arguments": arguments}))
        } else {
            modern_call(id, "add", arguments)
        };
        let answer = self.ask(&call).await.message;
        answer["id"] == id && answer["result"]["content"][0]["text"] == "2"
    }
}
