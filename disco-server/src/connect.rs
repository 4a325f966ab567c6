//! How clients connect: the words to paste, for each of them.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::ValueEnum;

use crate::config::{Config, Given};
use crate::error::{Error, ErrorCode, Result};

/// A client that is known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Client {
    /// Claude Code.
    Claude,
    /// Codex.
    Codex,
    /// Gemini CLI.
    Gemini,
    /// Visual Studio Code.
    Vscode,
    /// Cursor.
    Cursor,
    /// opencode.
    Opencode,
    /// Windsurf.
    Windsurf,
    /// Zed.
    Zed,
    /// Any other that reads `mcpServers`.
    Json,
}

/// How the client comes to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP, at the address of a server that runs.
    Http(String),
    /// It starts the program itself, with these arguments before `stdio`.
    Stdio(Vec<String>),
}

/// The words for one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What the client is called.
    pub title: &'static str,
    /// A command that does it, if the client has one.
    pub command: Option<String>,
    /// The file to put it into, if one would rather write.
    pub file: &'static str,
    /// What to put into the file.
    pub text: String,
}

impl Client {
    /// What to paste.
    #[must_use]
    pub fn words(self, way: &Way) -> Words {
        let (title, file) = match self {
            Self::Claude => ("Claude Code", ".mcp.json in the project"),
            Self::Codex => ("Codex", "~/.codex/config.toml"),
            Self::Gemini => ("Gemini CLI", "~/.gemini/settings.json"),
            Self::Vscode => ("VS Code", ".vscode/mcp.json in the project"),
            Self::Cursor => ("Cursor", "~/.cursor/mcp.json"),
            Self::Opencode => ("opencode", "opencode.json in the project"),
            Self::Windsurf => ("Windsurf", "~/.codeium/windsurf/mcp_config.json"),
            Self::Zed => ("Zed", "settings.json"),
            Self::Json => ("Any other client", "its file of MCP servers"),
        };
        Words { title, command: self.command(way), file, text: self.text(way) }
    }

    fn command(self, way: &Way) -> Option<String> {
        Some(match (self, way) {
            (Self::Claude, Way::Http(url)) => format!("claude mcp add --transport http disco {url}"),
            (Self::Claude, Way::Stdio(_)) => format!("claude mcp add disco -- {}", line(way)),
            (Self::Codex, Way::Http(url)) => format!("codex mcp add disco --url {url}"),
            (Self::Codex, Way::Stdio(_)) => format!("codex mcp add disco -- {}", line(way)),
            (Self::Gemini, Way::Http(url)) => format!("gemini mcp add --transport http disco {url}"),
            (Self::Gemini, Way::Stdio(_)) => format!("gemini mcp add disco {}", line(way)),
            (Self::Vscode, _) => {
                let mut server = entry(way, true);
                server["name"] = "disco".into();
                format!("code --add-mcp {}", quoted(&server.to_string()))
            }
            _ => return None,
        })
    }

    fn text(self, way: &Way) -> String {
        let json = match self {
            Self::Codex => return codex(way),
            Self::Claude | Self::Json => within("mcpServers", &entry(way, true)),
            Self::Gemini | Self::Cursor => within("mcpServers", &entry(way, false)),
            Self::Vscode => within("servers", &entry(way, true)),
            Self::Windsurf => within("mcpServers", &renamed(entry(way, false), "url", "serverUrl")),
            Self::Zed => within("context_servers", &entry(way, false)),
            Self::Opencode => within("mcp", &opencode(way)),
        };
        serde_json::to_string_pretty(&json).unwrap_or_default()
    }
}

/// Over HTTP, to the server that these settings make.
///
/// # Errors
/// `INVALID_CONFIG` when nobody knows at which port that is.
pub fn over_http(config: &Config) -> Result<Way> {
    let address = config.listen_address()?;
    if address.port() == 0 {
        return Err(Error::new(ErrorCode::InvalidConfig, "`listen` has port 0, which is any free one")
            .suggest("give the port of the server that runs, as in `--listen 127.0.0.1:3000`"));
    }
    Ok(Way::Http(format!("http://{address}/mcp")))
}

/// By starting the program with the same settings: the client may start it in another folder.
///
/// # Errors
/// When there is no working folder any more.
pub fn by_itself(given: &Given) -> Result<Way> {
    let mut arguments = Vec::new();
    for (flag, path) in
        [("--config", &given.config), ("--workspace", &given.workspace), ("--data-dir", &given.data_dir)]
    {
        if let Some(path) = path {
            let path = std::path::absolute(path)
                .map_err(|error| Error::from_io(&path.display().to_string(), &error))?;
            // `.` at the end is the folder itself.
            let path: std::path::PathBuf = path.components().collect();
            arguments.extend([flag.to_owned(), path.display().to_string()]);
        }
    }
    Ok(Way::Stdio(arguments))
}

fn within(name: &str, server: &serde_json::Value) -> serde_json::Value {
    serde_json::json!({name: {"disco": server}})
}

/// The server as most clients write it; some want its `type`.
fn entry(way: &Way, is_typed: bool) -> serde_json::Value {
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

fn renamed(mut entry: serde_json::Value, from: &str, to: &str) -> serde_json::Value {
    if let Some(value) = entry.as_object_mut().and_then(|entry| entry.remove(from)) {
        entry[to] = value;
    }
    entry
}

fn opencode(way: &Way) -> serde_json::Value {
    match way {
        Way::Http(url) => serde_json::json!({"type": "remote", "url": url, "enabled": true}),
        Way::Stdio(arguments) => {
            let command: Vec<String> =
                std::iter::once("disco".to_owned()).chain(with_stdio(arguments)).collect();
            serde_json::json!({"type": "local", "command": command, "enabled": true})
        }
    }
}

fn codex(way: &Way) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned());
    match way {
        Way::Http(url) => format!("[mcp_servers.disco]\nurl = {}", text(url)),
        Way::Stdio(arguments) => {
            let arguments = toml::Value::Array(with_stdio(arguments).iter().map(|word| text(word)).collect());
            format!("[mcp_servers.disco]\ncommand = \"disco\"\nargs = {arguments}")
        }
    }
}

fn with_stdio(arguments: &[String]) -> Vec<String> {
    arguments.iter().cloned().chain(["stdio".to_owned()]).collect()
}

fn line(way: &Way) -> String {
    let Way::Stdio(arguments) = way else { return String::new() };
    let words = with_stdio(arguments);
    std::iter::once("disco".to_owned())
        .chain(words.iter().map(|word| quoted(word)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// As a shell reads one word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The words for some clients, to be read and pasted.
#[must_use]
pub fn told(clients: &[Client], way: &Way) -> String {
    let mut told = String::new();
    for Words { title, command, file, text } in clients.iter().map(|client| client.words(way)) {
        let _ = writeln!(told, "# {title}");
        if let Some(command) = command {
            let _ = writeln!(told, "{command}\n# or in {file}:");
        } else {
            let _ = writeln!(told, "# in {file}:");
        }
        let _ = writeln!(told, "{text}\n");
    }
    told
}

/// What `disco serve` says first. A reader who has gone away is no reason to stop.
pub(crate) fn welcome(address: &str) {
    let way = Way::Http(format!("{address}/mcp"));
    let _ = write!(
        std::io::stdout(),
        "Disco serves MCP at {address}/mcp and REST at {address}/api/v1\n\
         See what it is doing at {address}/ and how REST works at {address}/docs\n\n\
         Connect a client: paste one of these.\n\n{}",
        told(Client::value_variants(), &way)
    );
}
