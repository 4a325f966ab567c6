//! What is sent. The numbers of a call follow from its id, so that an answer can be checked in any order.

use std::io::Write as _;
use std::str::FromStr;

/// Which half of the protocol's history is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// 2026-07-28: every request says all about itself.
    Modern,
    /// 2025-11-25: `initialize` goes before.
    Legacy,
}

impl FromStr for Era {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "modern" => Ok(Self::Modern),
            "legacy" => Ok(Self::Legacy),
            _ => Err(format!("there is no era `{word}`")),
        }
    }
}

impl Era {
    /// The revision that stands for it.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Modern => "2026-07-28",
            Self::Legacy => "2025-11-25",
        }
    }
}

/// Opens a session of the old era.
pub const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1.0.0"}}}"#;
/// Says that it is open.
pub const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
/// Opens a stream of the new era.
pub const LISTEN: &str = r#"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#;

const META: &str = r#""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{}"#;

/// One kind of call.
pub struct Call<'a> {
    pub era: Era,
    /// A tool, or `list`.
    pub tool: &'a str,
    /// What `echo` gets.
    pub text: &'a str,
}

impl Call<'_> {
    /// The method that it calls.
    pub fn method(&self) -> &'static str {
        if self.tool == "list" { "tools/list" } else { "tools/call" }
    }

    /// The sum that answers call `id`.
    pub const fn sum(id: u64) -> u64 {
        3 * id
    }

    /// Appends the message.
    pub fn write(&self, id: u64, out: &mut Vec<u8>) {
        let method = self.method();
        write!(out, r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}""#).expect("a Vec takes all");
        let mut separator = r#","params":{"#;
        if self.tool != "list" {
            let Self { tool, text, .. } = self;
            write!(out, r#"{separator}"name":"{tool}","arguments":{{"#).expect("a Vec takes all");
            match *tool {
                "echo" => write!(out, r#""text":"{text}"}}"#),
                _ => write!(out, r#""a":{id},"b":{}}}"#, 2 * id),
            }
            .expect("a Vec takes all");
            separator = ",";
        }
        let token =
            if self.tool.starts_with("report") { format!(r#""progressToken":{id}"#) } else { String::new() };
        match self.era {
            Era::Modern if token.is_empty() => write!(out, r#"{separator}"_meta":{{{META}}}}}"#),
            Era::Modern => write!(out, r#"{separator}"_meta":{{{token},{META}}}}}"#),
            Era::Legacy if !token.is_empty() => write!(out, r#"{separator}"_meta":{{{token}}}}}"#),
            Era::Legacy if separator == "," => write!(out, "}}"),
            Era::Legacy => Ok(()),
        }
        .expect("a Vec takes all");
        out.push(b'}');
    }
}
