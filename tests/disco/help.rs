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
