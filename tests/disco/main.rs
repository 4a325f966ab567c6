//! The Disco server, driven as a client drives it.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod attacks;
mod audit;
mod browser;
mod containers;
mod deleting;
mod disk_images;
#[path = "../docker/engine.rs"]
mod engine;
mod escapes;
mod files;
mod full;
mod git;
mod help;
mod jobs;
mod kill;
mod launchers;
mod life_cycle;
mod network;
mod pages;
mod progress;
mod prompts;
mod rest;
mod results;
mod serving;
mod several;
mod snapshots;
mod templates;
mod terminals;
mod tools;
mod toolsets;
mod trial;
mod walls;
mod watch;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use disco_tests::support::{self, Process, modern_call, program};

/// The server on its standard streams, with a workspace of its own.
struct Disco {
    process: Process,
    folder: TempDir,
    next: u64,
}

impl Disco {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        Self::start_in(folder, flags)
    }

    fn start_in(folder: TempDir, flags: &[&str]) -> Self {
        let process = Process::run(command(&folder).args(["stdio", "--toolsets", "all"]).args(flags));
        Self { process, folder, next: 0 }
    }

    /// Kills it in the middle of whatever it does, and starts another with the same data.
    async fn kill_and_start_again(self, flags: &[&str]) -> Self {
        let Self { mut process, folder, .. } = self;
        process.child.kill().await.expect("it can be killed");
        let mut log = String::new();
        let mut errors = process.child.stderr.take().expect("it is piped");
        errors.read_to_string(&mut log).await.expect("the log is text");
        assert!(!log.contains("sandboxes cannot be"), "what the one before has left is not tidied:\n{log}");
        Self::start_in(folder, flags)
    }

    async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let message = support::modern(self.next, method, params);
        self.process.ask(&message).await
    }

    /// Calls a tool that works.
    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.try_call(tool, arguments).await;
        assert!(result.get("isError").is_none(), "{result}");
        result["structuredContent"].clone()
    }

    /// Calls a tool that fails, and gives what it said: `code`, `message`, `suggestion`.
    async fn fail(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.try_call(tool, arguments).await;
        assert_eq!(result["isError"], true, "{result}");
        assert!(result.get("structuredContent").is_none(), "{result}");
        let text = result["content"][0]["text"].as_str().expect("a text block");
        let said: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(result["_meta"]["dev.disco/error"], said);
        for part in ["code", "message", "suggestion"] {
            assert!(said[part].as_str().is_some_and(|words| !words.is_empty()), "no {part} in {said}");
        }
        said
    }

    async fn try_call(&mut self, tool: &str, arguments: Value) -> Value {
        self.next += 1;
        let answer = self.process.ask(&modern_call(self.next, tool, arguments)).await;
        answer.get("result").unwrap_or_else(|| panic!("{answer}")).clone()
    }

    /// The values of a member of everything that a tool lists, page by page.
    async fn all(&mut self, tool: &str, list: &str, member: &str) -> BTreeSet<String> {
        let (mut all, mut before) = (BTreeSet::new(), Value::Null);
        loop {
            let page = self.call(tool, json!({"before": before, "limit": 100})).await;
            let items = page[list].as_array().expect("a list");
            for item in items {
                let value = item[member].as_str().expect("a text");
                assert!(all.insert(value.to_owned()), "{value} is listed twice: {page}");
            }
            before = page["next_before"].clone();
            if before.is_null() {
                return all;
            }
            assert!(!items.is_empty(), "{page}");
        }
    }

    /// Runs a command.
    async fn run(&mut self, command: &str) -> Value {
        self.call("terminal_execute", json!({"command": command})).await
    }
}

/// The command lines of all processes of this machine.
fn processes() -> impl Iterator<Item = String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned())
}

/// The program, with nothing of this machine's settings.
fn command(folder: &TempDir) -> Command {
    let mut command = Command::new(program("disco-server", "disco"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DISCO_")) {
        command.env_remove(name);
    }
    command
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .arg("--workspace")
        .arg(folder.path().join("workspace"))
        .current_dir(folder.path());
    command
}
