//! The server over REST, as a program drives it that knows nothing of MCP.

mod bounds;
mod containers;
mod description;
mod domains;
mod files;
mod git;
mod guard;
mod older;
mod streams;
mod terminals;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use tempfile::TempDir;

use super::command;
use disco_tests::support::Process;

/// A server that listens.
pub(super) struct Rest {
    pub(super) process: Process,
    pub(super) folder: TempDir,
    pub(super) url: String,
    pub(super) client: Client,
}

impl Rest {
    pub(super) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(super) async fn start_with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut disco = command(&folder);
        let mut process = Process::run(disco.args(["serve", "--listen", "127.0.0.1:0"]).args(flags));
        let url = process.find_in_log("http://", "/mcp").await.trim_end_matches("/mcp").to_owned();
        Self { process, folder, url, client: Client::new() }
    }

    /// Sends a request, with a body if there is one.
    pub(super) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    /// Sends one that works, and gives its `data`.
    async fn done(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = self.send(method, path, body).await;
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {answer}");
        assert_eq!(answer["status"], "success");
        answer["data"].clone()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.done(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.done(Method::POST, path, Some(body)).await
    }

    /// Sends one that fails, and gives its status and its code. Every error is in the envelope, with words that help.
    async fn fail(&self, method: Method, path: &str, body: Option<Value>) -> (u16, String) {
        failed(self.send(method, path, body).await).await
    }
}

async fn failed(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["status"], "error", "{answer}");
    let error = &answer["error"];
    for part in ["code", "message", "suggestion"] {
        assert!(error[part].as_str().is_some_and(|words| !words.is_empty()), "{answer}");
    }
    (status, error["code"].as_str().unwrap().to_owned())
}

/// What comes as events, read one after the other.
struct EventStream {
    answer: Response,
    read: String,
}

impl EventStream {
    fn of(answer: Response) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, read: String::new() }
    }

    /// The name and the facts of the next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                let event: String = self.read.drain(..end + 2).collect();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let found = field("event: ").map(str::to_owned).zip(field("data: ").map(str::to_owned));
                // What has no name is a word to keep the connection.
                let Some((name, data)) = found else { continue };
                return Some((name, serde_json::from_str(&data).unwrap()));
            }
            let part = tokio::time::timeout(std::time::Duration::from_secs(30), self.answer.chunk());
            match part.await.expect("an event in time") {
                Ok(Some(part)) => self.read.push_str(std::str::from_utf8(&part).unwrap()),
                _ => return None,
            }
        }
    }
}
