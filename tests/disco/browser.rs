//! A real browser without a window, spoken to over its debugging pipe (the Chrome `DevTools` Protocol).

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long a test waits before it says that nothing came.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the browser is called, on one system or another.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A browser with one page; dropping it kills it.
pub(super) struct Browser {
    _child: Child,
    _profile: TempDir,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: u64,
    session: String,
    /// What the page has complained of: faults of scripts, files that did not load, what its policy forbids.
    pub(super) complaints: Vec<String>,
}

impl Browser {
    /// `None` where there is no browser, which is told; in CI that is a failure.
    pub(super) async fn start() -> Option<Self> {
        let Some(name) = NAMES.into_iter().find(|name| is_installed(name)) else {
            assert_ne!(
                std::env::var("CI").as_deref(),
                Ok("true"),
                "no browser is installed; tests/install does it"
            );
            eprintln!("SKIPPED: no browser is installed; tests/install does it");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // The browser reads descriptor 3 and writes descriptor 4. It finds no host but this one.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "exec \"$@\" 3<&0 4>&1 >&2",
                "sh",
                name,
                "--headless=new",
                "--remote-debugging-pipe",
            ])
            .args(["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--lang=en"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let (session, complaints) = (String::new(), Vec::new());
        let mut browser =
            Self { _child: child, _profile: profile, input, output, next: 0, session, complaints };
        let page = browser.tell("Target.createTarget", json!({"url": "about:blank"})).await;
        let attach = json!({"targetId": page["targetId"], "flatten": true});
        let attached = browser.tell("Target.attachToTarget", attach).await;
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        for domain in ["Page.enable", "Log.enable", "Runtime.enable"] {
            browser.tell(domain, json!({})).await;
        }
        Some(browser)
    }

    /// Opens a page, and waits until it is loaded.
    pub(super) async fn open(&mut self, url: &str) {
        self.send("Page.navigate", json!({"url": url})).await;
        while self.read().await["method"] != "Page.loadEventFired" {}
    }

    /// What an expression comes to in the page.
    pub(super) async fn value(&mut self, expression: &str) -> Value {
        let evaluate = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let done = self.tell("Runtime.evaluate", evaluate).await;
        assert!(done.get("exceptionDetails").is_none(), "{expression}: {done}");
        done["result"]["value"].clone()
    }

    /// Waits until an expression holds in the page.
    pub(super) async fn until(&mut self, expression: &str) {
        let wait = format!(
            "new Promise((done) => {{
                const look = () => {{ if ({expression}) {{ watch.disconnect(); done(true); }} }};
                const watch = new MutationObserver(look);
                watch.observe(document, {{ subtree: true, childList: true, characterData: true, attributes: true }});
                look();
            }})"
        );
        let held = timeout(PATIENCE, self.value(&wait)).await;
        assert!(held.is_ok(), "{expression} never held");
    }

    /// Sends a command and gives its result.
    async fn tell(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params).await;
        loop {
            let message = self.read().await;
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    async fn send(&mut self, method: &str, params: Value) -> u64 {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        self.input.write_all(message.to_string().as_bytes()).await.unwrap();
        self.input.write_all(&[0]).await.unwrap();
        self.next
    }

    /// The next message, which ends with NUL.
    async fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.output.read_until(0, &mut bytes)).await;
        assert!(read.expect("a message in time").unwrap() > 0, "the browser is gone");
        bytes.pop();
        let message: Value = serde_json::from_slice(&bytes).unwrap();
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Log.entryAdded") if params["entry"]["level"] == "error" => {
                self.complaints.push(params["entry"].to_string());
            }
            Some("Runtime.exceptionThrown") => self.complaints.push(params.to_string()),
            _ => {}
        }
        message
    }
}

fn is_installed(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}
