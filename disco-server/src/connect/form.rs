//! The forms in which clients write down a server.

use super::way::{Way, with_stdio};

pub(super) fn within(name: &str, server: &serde_json::Value) -> serde_json::Value {
    serde_json::json!({name: {"disco": server}})
}

/// The server as most clients write it; some want its `type`.
pub(super) fn entry(way: &Way, is_typed: bool) -> serde_json::Value {
    let mut entry = match way {
        Way::Http(url) => serde_json::json!({"type": "http", "url": url}),
        Way::Stdio(arguments) => {
            serde_json::json!({"type": "stdio", "command": "disco", "args": with_stdio(arguments)})
        }
    };
    if !is_typed {
        entry.as_object_mut().map(|entry| entry.remove("type"));
    }
    entry
}

pub(super) fn renamed(mut entry: serde_json::Value, from: &str, to: &str) -> serde_json::Value {
    if let Some(value) = entry.as_object_mut().and_then(|entry| entry.remove(from)) {
        entry[to] = value;
    }
    entry
}

pub(super) fn opencode(way: &Way) -> serde_json::Value {
    match way {
        Way::Http(url) => serde_json::json!({"type": "remote", "url": url, "enabled": true}),
        Way::Stdio(arguments) => {
            let command: Vec<String> =
                std::iter::once("disco".to_owned()).chain(with_stdio(arguments)).collect();
            serde_json::json!({"type": "local", "command": command, "enabled": true})
        }
    }
}

pub(super) fn codex(way: &Way) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned());
    match way {
        Way::Http(url) => format!("[mcp_servers.disco]\nurl = {}", text(url)),
        Way::Stdio(arguments) => {
            let arguments = toml::Value::Array(with_stdio(arguments).iter().map(|word| text(word)).collect());
            format!("[mcp_servers.disco]\ncommand = \"disco\"\nargs = {arguments}")
        }
    }
}

/// Zed asks where the words for a program come from.
pub(super) fn zed(way: &Way) -> serde_json::Value {
    let mut entry = entry(way, false);
    if let Way::Stdio(_) = way {
        entry["source"] = "custom".into();
    }
    entry
}

/// A file of its own, in YAML; every text in JSON is one in YAML too.
pub(super) fn continues(way: &Way) -> String {
    let text = |value: &str| serde_json::Value::from(value).to_string();
    let server = match way {
        Way::Http(url) => format!("    type: streamable-http\n    url: {}", text(url)),
        Way::Stdio(arguments) => {
            let words = with_stdio(arguments).iter().map(|word| text(word)).collect::<Vec<_>>();
            format!("    type: stdio\n    command: disco\n    args:\n      - {}", words.join("\n      - "))
        }
    };
    let version = env!("CARGO_PKG_VERSION");
    format!("name: Disco\nversion: {version}\nschema: v1\nmcpServers:\n  - name: disco\n{server}")
}
