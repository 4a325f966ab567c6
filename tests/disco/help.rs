//! What `disco` tells people: help that teaches, and how to connect each client.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::command;
use super::rest::Rest;

async fn told(folder: &TempDir, words: &[&str]) -> String {
    let output = command(folder).args(words).output().await.unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn every_command_has_a_page_with_examples() {
    let folder = tempfile::tempdir().unwrap();
    let help = told(&folder, &["--help"]).await;
    for words in ["What to do first:", "disco doctor", "DISCO_MEMORY_MB=4096", "disco.toml"] {
        assert!(help.contains(words), "{words} is not in\n{help}");
    }
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains(&"serve") && commands.contains(&"connect"), "{commands:?}");
    for command in commands {
        let page = told(&folder, &[command, "--help"]).await;
        assert!(page.contains("Examples:") && page.contains(&format!("  disco {command}")), "{page}");
    }
}

/// What stands behind a heading, up to the next.
fn section<'a>(told: &'a str, title: &str) -> &'a str {
    let (_, rest) =
        told.split_once(&format!("# {title}\n")).unwrap_or_else(|| panic!("{title} is not in\n{told}"));
    rest.split_once("\n\n").map_or(rest, |(section, _)| section)
}

/// The part of a section that goes into a file.
fn file(section: &str) -> &str {
    section.split_once(":\n").unwrap().1
}

fn json_of(told: &str, title: &str) -> Value {
    serde_json::from_str(file(section(told, title))).unwrap()
}

#[tokio::test]
async fn the_words_for_every_client_are_right_in_its_own_form() {
    let folder = tempfile::tempdir().unwrap();
    let url = "http://127.0.0.1:3210/mcp";
    let over_http = told(&folder, &["connect", "--http", "--listen", "127.0.0.1:3210"]).await;
    assert!(
        section(&over_http, "Claude Code")
            .starts_with(&format!("claude mcp add --transport http disco {url}\n"))
    );
    assert_eq!(
        json_of(&over_http, "Claude Code")["mcpServers"]["disco"],
        json!({"type": "http", "url": url})
    );
    assert_eq!(json_of(&over_http, "Gemini CLI")["mcpServers"]["disco"], json!({"url": url}));
    assert_eq!(json_of(&over_http, "VS Code")["servers"]["disco"], json!({"type": "http", "url": url}));
    assert_eq!(json_of(&over_http, "Cursor")["mcpServers"]["disco"], json!({"url": url}));
    assert_eq!(json_of(&over_http, "Windsurf")["mcpServers"]["disco"], json!({"serverUrl": url}));
    assert_eq!(json_of(&over_http, "Zed")["context_servers"]["disco"], json!({"url": url}));
    assert_eq!(json_of(&over_http, "Antigravity")["mcpServers"]["disco"], json!({"serverUrl": url}));
    let continues = file(section(&over_http, "Continue")).to_owned();
    assert!(
        continues.starts_with("name: Disco\n") && continues.contains("\nschema: v1\nmcpServers:\n"),
        "{continues}"
    );
    assert!(
        continues.ends_with(&format!("  - name: disco\n    type: streamable-http\n    url: \"{url}\"")),
        "{continues}"
    );
    let opencode = json!({"type": "remote", "url": url, "enabled": true});
    assert_eq!(json_of(&over_http, "opencode")["mcp"]["disco"], opencode);
    assert_eq!(json_of(&over_http, "Any other client")["mcpServers"]["disco"]["url"], url);
    assert!(section(&over_http, "Codex").ends_with(&format!("[mcp_servers.disco]\nurl = \"{url}\"")));
}

#[tokio::test]
async fn a_client_that_starts_disco_is_given_the_same_settings() {
    let folder = tempfile::tempdir().unwrap();
    let claude = told(&folder, &["connect", "claude"]).await;
    let data = folder.path().join("data");
    let arguments = json!(["--workspace", folder.path().join("workspace"), "--data-dir", data, "stdio"]);
    let server = &json_of(&claude, "Claude Code")["mcpServers"]["disco"];
    assert_eq!((&server["command"], &server["args"]), (&json!("disco"), &arguments));
    assert!(!claude.contains("# Codex"), "only the one that was named");
    let line =
        format!("claude mcp add disco -- disco --workspace {}", folder.path().join("workspace").display());
    assert!(claude.contains(&line), "{claude}");
    let nowhere =
        command(&folder).args(["connect", "--http", "--listen", "127.0.0.1:0"]).output().await.unwrap();
    assert!(String::from_utf8(nowhere.stderr).unwrap().contains("port 0"));
}

#[tokio::test]
async fn serve_tells_first_where_it_is_and_how_clients_connect() {
    let mut rest = Rest::start().await;
    let first = rest.process.line().await.unwrap();
    assert_eq!(first, format!("Disco serves MCP at {0}/mcp and REST at {0}/api/v1", rest.url));
    let mut all = String::new();
    while !all.contains("# Any other client") {
        all.push_str(&rest.process.line().await.unwrap());
    }
    assert!(all.contains(&format!("codex mcp add disco --url {}/mcp", rest.url)), "{all}");
}

#[tokio::test]
async fn a_client_that_starts_disco_starts_it_with_every_setting_that_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--toolsets",
        "core,jobs",
        "--compat",
        "--network",
        "none",
        "--network-host",
        "a.example",
        "--network-host",
        "b.example:8443",
        "--templates",
        "mine",
        "--cpus",
        "0.5",
        "--listen",
        "127.0.0.1:4000",
    ];
    let settings = |told: &str| -> Vec<(Value, Value)> {
        let settings: Vec<Value> = serde_json::from_str(told).unwrap();
        settings.into_iter().map(|setting| (setting["key"].clone(), setting["value"].clone())).collect()
    };
    // A variable is a setting that is given, too; a secret is in no command line.
    let with_variables = async |words: &[&str]| {
        let mut command = command(&folder);
        let command = command.env("DISCO_MEMORY_MB", "300").env("DISCO_KEY", "5a".repeat(32));
        let output = command.args(flags).args(words).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let own = with_variables(&["config", "--json"]).await;
    let connect = with_variables(&["connect", "json"]).await;
    assert!(!connect.contains("5a5a"), "{connect}");
    let arguments = json_of(&connect, "Any other client")["mcpServers"]["disco"]["args"].clone();
    let mut arguments: Vec<String> = serde_json::from_value(arguments).unwrap();
    assert_eq!(arguments.pop().as_deref(), Some("stdio"));

    let elsewhere = tempfile::tempdir().unwrap();
    let mut there = tokio::process::Command::new(disco_tests::support::program("disco-server", "disco"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DISCO_")) {
        there.env_remove(name);
    }
    let there = there.current_dir(elsewhere.path()).args(arguments).args(["config", "--json"]);
    let output = there.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut own = settings(&own);
    own.retain(|(key, _)| key != "key");
    let mut there = settings(std::str::from_utf8(&output.stdout).unwrap());
    there.retain(|(key, _)| key != "key");
    // The file of templates was named relative to the first folder.
    let templates = |(key, _): &&mut (Value, Value)| key == "templates";
    own.iter_mut().find(templates).unwrap().1 = json!(folder.path().join("mine"));
    assert_eq!(own, there);

    let zed = json_of(&told(&folder, &["connect", "zed"]).await, "Zed");
    let zed = &zed["context_servers"]["disco"];
    assert_eq!((&zed["source"], &zed["command"]), (&json!("custom"), &json!("disco")));
    let continues = told(&folder, &["connect", "continue"]).await;
    assert!(
        continues.contains("    type: stdio\n    command: disco\n    args:\n      - \"--workspace\"\n"),
        "{continues}"
    );
}

#[tokio::test]
async fn keys_are_settings_whose_source_is_told_and_whose_value_never_is() {
    let folder = tempfile::tempdir().unwrap();
    let config = async |words: &[&str]| {
        let mut command = command(&folder);
        let output = command.env("DISCO_KEY", "5a".repeat(32)).args(words).output().await.unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let told: Vec<Value> = serde_json::from_str(&config(&["config", "--json"]).await).unwrap();
    let key = told.iter().find(|setting| setting["key"] == "key").unwrap();
    assert_eq!((&key["value"], &key["source"]), (&json!("[hidden]"), &json!("DISCO_KEY")));
    let lines = config(&["config"]).await;
    assert!(!lines.contains("5a5a") && lines.contains("# key = \"[hidden]\""), "{lines}");
    let help = config(&["--help"]).await;
    assert!(["--key <KEYS>", "--key-file", "--replica"].iter().all(|flag| help.contains(flag)), "{help}");
    assert!(!help.contains("5a5a"), "{help}");

    // The lines are a file again, and a key in a file is a key.
    let file = folder.path().join("disco.toml");
    std::fs::write(&file, lines).unwrap();
    let from = file.to_str().unwrap();
    let again = told_by(&folder, &["config", "--json", "--config", from]).await;
    assert!(again.iter().any(|setting| setting["key"] == "key" && setting["source"] == "default"));
    std::fs::write(&file, "key = 'short'\n").unwrap();
    let output = command(&folder).args(["serve", "--listen", "127.0.0.1:0", "--config", from]).output().await;
    let words = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(words.contains("`key`: a key is 32 bytes") && words.contains("help: "), "{words}");
}

async fn told_by(folder: &TempDir, words: &[&str]) -> Vec<Value> {
    serde_json::from_str(&told(folder, words).await).unwrap()
}
