//! How the Disco server is started.

use serde_json::json;
use tokio::process::Command;

use super::command;
use disco_tests::support::{Process, initialize, modern, program, request};

#[tokio::test]
async fn it_serves_http_on_loopback_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::run(command(&folder).args(["serve", "--listen", "127.0.0.1:0"]));
    let url = process.find_in_log("http://", "/mcp").await;
    let message = modern(1, "server/discover", json!({}));
    let answer = reqwest::Client::new()
        .post(&url)
        .header("content-type", "application/json")
        .header("mcp-protocol-version", disco_sdk::Version::LATEST.as_str())
        .header("mcp-method", "server/discover")
        .body(message.to_string())
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "disco");
}

#[tokio::test]
async fn a_session_goes_on_in_another_process_with_the_same_key() {
    let folder = tempfile::tempdir().unwrap();
    let client = reqwest::Client::new();
    let post = |url: &str, message: serde_json::Value| {
        client
            .post(url)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(message.to_string())
    };
    let mut session = String::new();
    for _ in 0..2 {
        let mut disco = command(&folder);
        let mut process =
            Process::run(disco.args(["serve", "--listen", "127.0.0.1:0"]).env("DISCO_KEY", "5a".repeat(32)));
        let url = process.find_in_log("http://", "/mcp").await;
        if session.is_empty() {
            let hello = initialize(disco_sdk::Version::V2025_06_18);
            let opened = post(&url, hello).send().await.unwrap();
            session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        }
        let list = request(2, "tools/list", json!({}));
        let listed = post(&url, list).header("mcp-session-id", &session).send().await.unwrap();
        assert_eq!(listed.status(), 200);
    }
    let wrong = command(&folder).arg("serve").env("DISCO_KEY", "short").output().await.unwrap();
    let words = String::from_utf8(wrong.stderr).unwrap();
    assert!(!wrong.status.success() && words.contains("`key`: a key is 32 bytes"), "{words}");
}

#[tokio::test]
async fn it_refuses_to_listen_where_others_can_reach_it() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let refused = command(&folder).args(["serve", "--listen", address]).output().await.unwrap();
        assert!(!refused.status.success());
        let words = String::from_utf8(refused.stderr).unwrap();
        assert!(words.contains("others can reach") && words.contains("127.0.0.1"), "{words}");
    }
}

#[tokio::test]
async fn settings_come_from_flags_variables_and_the_file_in_this_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("disco.toml");
    std::fs::write(&file, "memory_mb = 300\nprocesses = 100\nopen_files = 999\n").unwrap();
    let mut disco = command(&folder);
    disco.arg("--config").arg(&file).args(["--memory-mb", "100", "doctor", "--json"]);
    let told = disco.env("DISCO_MEMORY_MB", "200").env("DISCO_PROCESSES", "50").output().await.unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let limits = &told["limits"];
    assert_eq!(
        (&limits["memory_mb"], &limits["processes"], &limits["open_files"]),
        (&json!(100), &json!(50), &json!(999))
    );

    std::fs::write(&file, "memroy_mb = 300\n").unwrap();
    let wrong = command(&folder).arg("--config").arg(&file).arg("doctor").output().await.unwrap();
    assert!(!wrong.status.success());
    let words = String::from_utf8(wrong.stderr).unwrap();
    assert!(words.contains("memroy_mb") && words.contains("memory_mb"), "{words}");
}

#[tokio::test]
async fn the_doctor_tells_people_and_programs() {
    let folder = tempfile::tempdir().unwrap();
    let told = command(&folder).arg("doctor").output().await.unwrap();
    let text = String::from_utf8(told.stdout).unwrap();
    for word in ["namespaces", "cgroup", "bubblewrap", "docker", "git", "landlock", "seccomp"] {
        assert!(text.to_lowercase().contains(word), "{word} is not in\n{text}");
    }
}

#[tokio::test]
async fn help_tells_everything() {
    let help = Command::new(program("disco-server", "disco")).arg("--help").output().await.unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    for word in ["stdio", "serve", "doctor", "--workspace", "DISCO_WORKSPACE"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}
