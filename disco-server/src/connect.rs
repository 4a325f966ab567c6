//! How clients connect: the words to paste, for each of them.

mod form;
mod way;

use std::fmt::Write as _;
use std::io::Write as _;

use clap::ValueEnum;

use form::{codex, continues, entry, opencode, renamed, within, zed};
use way::{line, quoted};

pub use way::{Way, by_itself, over_http};

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
    /// Continue.
    Continue,
    /// Antigravity.
    Antigravity,
    /// Any other that reads `mcpServers`.
    Json,
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
            Self::Continue => ("Continue", ".continue/mcpServers/disco.yaml in the project"),
            Self::Antigravity => ("Antigravity", "~/.gemini/antigravity/mcp_config.json"),
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
            Self::Continue => return continues(way),
            Self::Claude | Self::Json => within("mcpServers", &entry(way, true)),
            Self::Gemini | Self::Cursor => within("mcpServers", &entry(way, false)),
            Self::Vscode => within("servers", &entry(way, true)),
            Self::Windsurf | Self::Antigravity => {
                within("mcpServers", &renamed(entry(way, false), "url", "serverUrl"))
            }
            Self::Zed => within("context_servers", &zed(way)),
            Self::Opencode => within("mcp", &opencode(way)),
        };
        serde_json::to_string_pretty(&json).unwrap_or_default()
    }
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
