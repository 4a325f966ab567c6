//! Attempts to get out of a sandbox, or to take more than it gives: `attempts.toml` has them, and every backend
//! denies them all.

mod host;
mod page;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use self::host::{Host, Who};
use super::Disco;

/// The table.
const ATTEMPTS: &str = include_str!("attempts.toml");
/// What the Python of an attempt begins with.
const PREAMBLE: &str = include_str!("attempt.py");
/// How often a file is read that changes meanwhile.
const READS: usize = 300;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    name: String,
    area: String,
    /// Python; it has escaped if it comes to its end.
    body: Option<String>,
    /// For the shell instead.
    command: Option<String>,
    /// How the command may end.
    #[serde(default)]
    ends: Vec<String>,
    /// What to read by `file_read` then, and the code of the refusal.
    read: Option<String>,
    code: Option<String>,
    /// Whether to read while the command runs.
    #[serde(default)]
    race: bool,
    /// How large its workspace may be, if not as large as that of the others.
    disk_mb: Option<u64>,
    /// How long it may take, if not as long as the others.
    timeout_ms: Option<u64>,
    /// The only backend in which it makes sense.
    only: Option<String>,
}

fn attempts() -> Vec<Attempt> {
    let mut table: BTreeMap<String, Vec<Attempt>> = toml::from_str(ATTEMPTS).unwrap();
    table.remove("attempt").unwrap()
}

/// How many servers make the attempts at the same time.
const LANES: usize = 3;

#[tokio::test]
async fn nothing_escapes_from_the_local_backend() {
    try_all(&Host::new("local", Who::Ourselves), "local", &[]).await;
}

/// Whoever is no root has done this already.
#[tokio::test]
async fn nothing_escapes_from_the_local_backend_of_an_ordinary_user() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let host = Host::new("local", Who::Nobody);
    if let Some(why) = host.refusal().await {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "an ordinary user has no sandbox here: {why}");
        return super::walls::skipped(&format!(
            "escapes as an ordinary user, who has no sandbox here: {why}"
        ));
    }
    try_all(&host, "local", &[]).await;
}

#[tokio::test]
async fn nothing_escapes_from_the_docker_backend() {
    let Some(flags) = super::containers::flags() else { return };
    try_all(
        &Host::new("docker", Who::Ourselves),
        "docker",
        &flags.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
}

/// Makes every attempt, and looks at the host when all are over.
async fn try_all(host: &Host, backend: &str, flags: &[&str]) {
    let all = attempts();
    let all: Vec<_> =
        all.iter().filter(|one| one.only.as_deref().is_none_or(|only| only == backend)).collect();
    let lanes = (0..LANES).map(|lane| try_some(all.iter().skip(lane).step_by(LANES), host, backend, flags));
    let escaped = join_all(lanes).await.concat();
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

async fn try_some<'a>(
    attempts: impl Iterator<Item = &'a &'a Attempt>,
    host: &Host,
    backend: &str,
    flags: &[&str],
) -> Vec<String> {
    let mut disco = host.start(flags);
    let mut escaped = Vec::new();
    for attempt in attempts {
        if let Err(how) = try_one(&mut disco, host, backend, attempt).await {
            escaped.push(format!("{}: {how}", attempt.name));
        }
    }
    host.is_untouched(&mut disco);
    escaped
}

async fn try_one(disco: &mut Disco, host: &Host, backend: &str, attempt: &Attempt) -> Result<(), String> {
    let disk = attempt.disk_mb.unwrap_or(16);
    let limits = json!({"memory_mb": 128, "processes": 64, "disk_mb": disk, "file_mb": disk.min(8), "tmp_mb": 16, "output_mb": 1});
    let made = disco.call("sandbox_create", json!({"backend": backend, "limits": limits})).await;
    let sandbox = &made["sandbox_id"];
    let command = match (&attempt.body, &attempt.command) {
        (Some(body), _) => {
            let program = PREAMBLE.replace("BODY", &format!("    {}", body.trim().replace('\n', "\n    ")));
            let write = json!({"path": "attempt.py", "content": program, "sandbox_id": sandbox});
            disco.call("file_write", write).await;
            format!("python3 attempt.py {}", host.arguments(disco))
        }
        (None, Some(command)) => command.replace("MARK", &host.mark),
        (None, None) => return Err("there is nothing to do".to_owned()),
    };
    let run =
        json!({"command": command, "timeout": attempt.timeout_ms.unwrap_or(3000), "sandbox_id": sandbox});
    let said = match (&attempt.read, attempt.race) {
        (Some(path), true) => race(disco, run, sandbox, path).await,
        (Some(path), false) => {
            disco.call("terminal_execute", run).await;
            let failed = disco.fail("file_read", json!({"path": path, "sandbox_id": sandbox})).await;
            if failed["code"] == json!(attempt.code) { Ok(()) } else { Err(failed.to_string()) }
        }
        (None, _) => judge(attempt, &disco.call("terminal_execute", run).await, host),
    };
    // Whatever was left in it, it can be used on, and removed.
    let after = disco.call("terminal_execute", json!({"command": "echo fine", "sandbox_id": sandbox})).await;
    let removed = disco.try_call("sandbox_delete", json!({"sandbox_id": sandbox})).await;
    if after["stdout"] != "fine\n" || removed["isError"] == true {
        return Err(format!("the sandbox is of no use any more: {after} {removed}"));
    }
    said
}

/// Whether it was denied, by what it says of itself and by how it ended.
fn judge(attempt: &Attempt, ran: &Value, host: &Host) -> Result<(), String> {
    let (out, ended) =
        (ran["stdout"].as_str().unwrap_or_default(), ran["ended"].as_str().unwrap_or_default());
    let is_denied = out.lines().any(|line| line.starts_with("DENIED"));
    let is_ended = attempt.ends.iter().any(|end| end == ended);
    let is_right =
        if attempt.body.is_some() { is_denied || (is_ended && ended != "exited") } else { is_ended };
    if is_right && !out.contains("ESCAPED") && !ran.to_string().contains(&host.secret) {
        return Ok(());
    }
    Err(ran.to_string())
}

/// Reads a name again and again while a command changes what it means.
async fn race(disco: &mut Disco, run: Value, sandbox: &Value, path: &str) -> Result<(), String> {
    let background = super::modern_call("race", "terminal_execute", run);
    disco.process.send(&background).await;
    let (mut seen, mut reads, mut ended) = (0, 0, false);
    // However long the command takes to begin: it goes on until it is ended.
    while !ended || reads < READS {
        reads += 1;
        let read = super::modern_call(
            format!("read-{reads}"),
            "file_read",
            json!({"path": path, "sandbox_id": sandbox}),
        );
        disco.process.send(&read).await;
        let mut answer = disco.process.message().await;
        while answer["id"] != read["id"] {
            ended |= answer["id"] == "race";
            answer = disco.process.message().await;
        }
        match answer["result"]["structuredContent"]["content"].as_str() {
            Some("inside\n") => seen += 1,
            Some(other) => return Err(format!("it read {other}")),
            None => {}
        }
    }
    if seen == 0 { Err("the name never meant the folder, so nothing was tried".to_owned()) } else { Ok(()) }
}
