//! One server in several processes, and what it costs to keep many sessions.

use std::net::SocketAddr;

use disco_sdk::Version;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;

use super::support::{Process, Proxy, call, initialize, request};

/// The fixture as a process that serves HTTP.
struct Replica {
    process: Process,
    address: SocketAddr,
}

impl Replica {
    async fn start(environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
        // Nobody reads the log behind the address, so there must not be much.
        command.args(["--http", "127.0.0.1:0", "--log", "warn,disco_sdk::server::service=info"]);
        command.envs(environment.iter().copied());
        for name in ["DISCO_KEY", "DISCO_KEY_FILE", "DISCO_REPLICA"] {
            if !environment.iter().any(|(set, _)| *set == name) {
                command.env_remove(name);
            }
        }
        let mut process = Process::run(&mut command);
        let url = process.find_in_log("http://", "/mcp").await;
        let address = url["http://".len()..url.len() - "/mcp".len()].parse().expect("an address");
        Self { process, address }
    }

    /// `kill -9`
    async fn kill(mut self) {
        self.process.child.kill().await.expect("it was running");
    }

    #[cfg(target_os = "linux")]
    fn resident_bytes(&self) -> usize {
        let id = self.process.child.id().expect("it is running");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("Linux tells");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is a process");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
    }
}

/// A client that opens a connection for each request.
struct Caller {
    client: reqwest::Client,
    url: String,
}

impl Caller {
    fn of(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        Self { client, url: format!("http://{address}/mcp") }
    }

    async fn post(&self, session: Option<&str>, message: &Value) -> reqwest::Response {
        let mut request = self.client.post(&self.url).body(message.to_string());
        request = request.header("content-type", "application/json");
        request = request.header("accept", "application/json, text/event-stream");
        if let Some(session) = session {
            request = request.header("mcp-session-id", session);
        }
        request.send().await.expect("the server answers")
    }

    async fn open(&self, version: Version) -> String {
        let opened = self.post(None, &initialize(version)).await;
        opened.headers()["mcp-session-id"].to_str().expect("visible ASCII").to_owned()
    }

    async fn get(&self, session: &str) -> reqwest::Response {
        let request = self.client.get(&self.url).header("accept", "text/event-stream");
        request.header("mcp-session-id", session).send().await.expect("the server answers")
    }
}

fn key() -> String {
    "0123456789abcdef".repeat(4)
}

#[tokio::test]
async fn two_processes_behind_a_plain_proxy_lose_no_session_when_either_is_killed() {
    let key = key();
    let start = async |name| Replica::start(&[("DISCO_KEY", &key), ("DISCO_REPLICA", name)]).await;
    let (a, b) = (start("a").await, start("b").await);
    let proxy = Proxy::start(vec![a.address, b.address]).await;
    let client = Caller::of(proxy.address);
    let versions = [Version::V2025_03_26, Version::V2025_06_18, Version::V2025_11_25];
    let mut sessions = Vec::new();
    for version in versions.into_iter().cycle().take(9) {
        sessions.push(client.open(version).await);
    }
    let all_are_served = async |when: &str| {
        for (at, session) in sessions.iter().enumerate() {
            for round in 0..3 {
                let message = call(at, "add", json!({"a": at, "b": round}));
                let response = client.post(Some(session), &message).await;
                assert_eq!(response.status(), 200, "session {at} {when}");
                let answer: Value = response.json().await.unwrap();
                assert_eq!(answer["result"]["content"][0]["text"], (at + round).to_string());
            }
        }
    };
    all_are_served("at first").await;
    a.kill().await;
    all_are_served("without a").await;
    let a = start("a").await;
    proxy.replace(0, a.address);
    all_are_served("with a again").await;
    b.kill().await;
    all_are_served("without b").await;
    let b = start("b").await;
    proxy.replace(1, b.address);
    all_are_served("with b again").await;

    // What one of them keeps is at home there, also after the restart, and nowhere else.
    let (at_a, at_b) = (Caller::of(a.address), Caller::of(b.address));
    let session = at_a.open(Version::V2025_11_25).await;
    a.kill().await;
    let a = start("a").await;
    let at_a_again = Caller::of(a.address);
    assert_eq!(at_a_again.get(&session).await.status(), 200);
    let refused = at_b.get(&session).await;
    assert_eq!(refused.status(), 421);
    assert!(refused.text().await.unwrap().contains("sticky routing"));
    let other_key = Replica::start(&[("DISCO_KEY", &"f".repeat(64))]).await;
    let foreign = Caller::of(other_key.address).post(Some(&session), &request(1, "ping", json!({}))).await;
    assert_eq!(foreign.status(), 404);
}

#[tokio::test]
async fn without_a_key_http_says_in_one_line_what_that_means_and_stdio_says_nothing() {
    let replica = Replica::start(&[]).await;
    // The line stands before the address; a second one would be behind it.
    let Replica { mut process, address } = replica;
    let session = Caller::of(address).open(Version::V2025_11_25).await;
    process.child.start_kill().unwrap();
    let (_, rest) = process.finish().await;
    assert!(!rest.contains("DISCO_KEY"), "{rest}");
    let another = Replica::start(&[]).await;
    let lost = Caller::of(another.address).post(Some(&session), &request(1, "ping", json!({}))).await;
    assert_eq!(lost.status(), 404);

    let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
    let mut warned = Process::run(command.args(["--http", "127.0.0.1:0"]).env_remove("DISCO_KEY"));
    let line = warned.find_in_log("WARN", "DISCO_KEY is not set").await;
    assert!(line.contains("sessions end with this process"), "{line}");

    let mut on_stdio = Process::start();
    on_stdio.ask(&initialize(Version::V2025_11_25)).await;
    let (_, log) = on_stdio.finish().await;
    assert!(!log.contains("DISCO_KEY"), "{log}");
}

#[tokio::test]
async fn keys_come_from_a_file_and_hosts_and_origins_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, format!("{}\n{}\n", "ab".repeat(32), key())).unwrap();
    let old = Replica::start(&[("DISCO_KEY", &key())]).await;
    let session = Caller::of(old.address).open(Version::V2025_11_25).await;
    let new = Replica::start(&[
        ("DISCO_KEY_FILE", file.to_str().unwrap()),
        ("DISCO_ALLOWED_HOSTS", "mcp.example.com"),
        ("DISCO_ALLOWED_ORIGINS", "https://app.example.com"),
    ])
    .await;
    let caller = Caller::of(new.address);
    let ping = request(1, "ping", json!({}));
    assert_eq!(caller.post(Some(&session), &ping).await.status(), 200);
    let status = async |header: &str, value: &str| {
        let request = caller.client.post(&caller.url).header("content-type", "application/json");
        request.header(header, value).body(ping.to_string()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("origin", "https://app.example.com").await, 200);
    assert_eq!(status("origin", "https://evil.example.com").await, 403);
    assert_eq!(status("host", "mcp.example.com").await, 200);
    assert_eq!(status("host", "evil.example.com").await, 403);

    let mut command = Command::new(env!("CARGO_BIN_EXE_disco-fixture"));
    command.args(["--http", "127.0.0.1:0"]).env("DISCO_KEY", "secret").env_remove("DISCO_KEY_FILE");
    let (code, words) = Process::run(&mut command).finish().await;
    assert_ne!(code, Some(0));
    assert!(words.contains("DISCO_KEY: a key is 32 bytes") && words.contains("openssl rand"), "{words}");
    assert!(!words.contains("secret"), "{words}");
}

/// Sends many requests at once on one connection, and gives the session ids of the answers.
#[cfg(target_os = "linux")]
async fn pipelined(stream: &mut TcpStream, requests: &[String]) -> Vec<String> {
    stream.write_all(requests.concat().as_bytes()).await.unwrap();
    let mut answers = Vec::new();
    let mut chunk = vec![0; 1 << 16];
    while String::from_utf8_lossy(&answers).matches("HTTP/1.1 200").count() < requests.len()
        || !answers.ends_with(b"}")
    {
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&answers));
        answers.extend_from_slice(&chunk[..read]);
    }
    let text = String::from_utf8(answers).unwrap();
    let ids = text.split("mcp-session-id: ").skip(1).filter_map(|rest| rest.split("\r\n").next());
    ids.map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
fn written(session: Option<&str>, message: &Value) -> String {
    let session = session.map(|id| format!("mcp-session-id: {id}\r\n")).unwrap_or_default();
    let body = message.to_string();
    format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{session}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Opens sessions whose clients have chosen a log level, and then do nothing.
#[cfg(target_os = "linux")]
async fn idle_sessions(stream: &mut TcpStream, count: usize) {
    const AT_ONCE: usize = 500;
    let level = request(1, "logging/setLevel", json!({"level": "debug"}));
    for _ in 0..count / AT_ONCE {
        let hello = written(None, &initialize(Version::V2025_11_25));
        let ids = pipelined(stream, &vec![hello; AT_ONCE]).await;
        assert_eq!(ids.len(), AT_ONCE);
        let levels: Vec<String> = ids.iter().map(|id| written(Some(id), &level)).collect();
        pipelined(stream, &levels).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn ten_thousand_idle_sessions_cost_less_than_a_kibibyte_each() {
    const SESSIONS: usize = 10_000;
    let replica = Replica::start(&[]).await;
    let mut stream = TcpStream::connect(replica.address).await.unwrap();
    // What the process takes once, whatever the number of sessions, is none of their cost. These are not
    // forgotten either: there is room for as many as come later.
    idle_sessions(&mut stream, 1000).await;
    let before = replica.resident_bytes();
    idle_sessions(&mut stream, SESSIONS - 1000).await;
    let each = replica.resident_bytes().saturating_sub(before) / (SESSIONS - 1000);
    assert!(each <= 1024, "{each} bytes a session");
}
