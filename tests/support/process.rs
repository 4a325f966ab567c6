//! A server as a process, on its standard streams.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::program::folder;

/// How long a test waits before it says that nothing came.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server as a process; dropping it kills it.
#[derive(Debug)]
pub struct Process {
    /// The process itself.
    pub child: Child,
    /// Its standard input, until it is closed.
    pub input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// The fixture.
    pub fn start() -> Self {
        Self::run(&mut Command::new(folder().join("disco-fixture")))
    }

    /// Any program.
    pub fn run(command: &mut Command) -> Self {
        let mut child = command
            .env("RUST_LOG", "info")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let output = child.stdout.take().expect("it is piped");
        Self { input: child.stdin.take(), lines: BufReader::new(output).lines(), child }
    }

    /// Sends a message.
    pub async fn send(&mut self, message: &Value) {
        self.send_line(message.to_string().as_bytes()).await;
    }

    /// Sends a line as it is.
    pub async fn send_line(&mut self, line: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(line).await.expect("the fixture reads");
        input.write_all(b"\n").await.expect("the fixture reads");
    }

    /// The next line; `None` at the end.
    pub async fn line(&mut self) -> Option<String> {
        timeout(PATIENCE, self.lines.next_line())
            .await
            .expect("an answer in time")
            .expect("the output can be read")
    }

    /// The next message.
    pub async fn message(&mut self) -> Value {
        let line = self.line().await.expect("the fixture still speaks");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Sends a request and gives the next message.
    pub async fn ask(&mut self, message: &Value) -> Value {
        self.send(message).await;
        self.message().await
    }

    /// Waits for a word on standard error.
    pub async fn wait_for_log(&mut self, word: &str) {
        self.read_log(|log| log.contains(word).then_some(())).await;
    }

    /// What stands on standard error from `start` to `end`, both included.
    pub async fn find_in_log(&mut self, start: &str, end: &str) -> String {
        let find = |log: &str| {
            let from = &log[log.find(start)?..];
            Some(from[..from.find(end)? + end.len()].to_owned())
        };
        self.read_log(find).await.expect("the log says so")
    }

    /// Reads standard error until `find` finds something, or until its end.
    async fn read_log<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let errors = self.child.stderr.as_mut().expect("it is piped");
        let mut seen = Vec::new();
        let mut byte = [0];
        let read = async {
            loop {
                if let Some(found) = find(&String::from_utf8_lossy(&seen)) {
                    return Some(found);
                }
                if errors.read(&mut byte).await.expect("the log can be read") == 0 {
                    return None;
                }
                seen.push(byte[0]);
            }
        };
        timeout(PATIENCE, read).await.expect("the word in time")
    }

    /// Waits for the end and gives the exit code and what stood on standard error.
    pub async fn finish(mut self) -> (Option<i32>, String) {
        drop(self.input.take());
        let mut log = String::new();
        let mut errors = self.child.stderr.take().expect("it is piped");
        let read = timeout(PATIENCE, errors.read_to_string(&mut log));
        read.await.expect("it ends in time").expect("the log is text");
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it ends in time");
        (status.expect("it can be waited for").code(), log)
    }
}
