//! What the command line says.

use crate::Result;
use crate::message::Era;

/// What is played against which server.
#[derive(Clone)]
pub struct Options {
    pub scenario: String,
    /// The revision that is spoken: `modern` (2026-07-28) or `legacy` (2025-11-25).
    pub era: Era,
    /// The tool that is called, or `list` for `tools/list`.
    pub tool: String,
    /// How many calls are measured.
    pub calls: usize,
    /// How many calls go before them.
    pub warm_up: usize,
    /// How many calls are under way at once; over HTTP each has a connection of its own, which is kept.
    pub in_flight: usize,
    /// How many tools `tools/list` has to have.
    pub tools: usize,
    /// Sessions, streams or slow calls that are opened.
    pub many: usize,
    /// How long the echoed text is, in bytes.
    pub bytes: usize,
    /// Where the endpoint is.
    pub path: String,
    /// The server's core and the load's; nothing is pinned without it.
    pub cores: Option<(usize, usize)>,
    pub server: Vec<String>,
}

impl Options {
    /// Reads a command line without the program's name.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            scenario: words.next().ok_or("which scenario?")?,
            era: Era::Modern,
            tool: "add".into(),
            calls: 1000,
            warm_up: 200,
            in_flight: 1,
            tools: 22,
            many: 1000,
            bytes: 10 << 20,
            path: "/mcp".into(),
            cores: None,
            server: Vec::new(),
        };
        for word in words.by_ref().take_while(|word| word != "--") {
            let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is not KEY=VALUE"))?;
            match key {
                "era" => options.era = value.parse()?,
                "tool" => options.tool = value.into(),
                "calls" => options.calls = value.parse()?,
                "warm_up" => options.warm_up = value.parse()?,
                "in_flight" => options.in_flight = value.parse()?,
                "tools" => options.tools = value.parse()?,
                "many" => options.many = value.parse()?,
                "bytes" => options.bytes = value.parse()?,
                "path" => options.path = value.into(),
                "cores" => {
                    let (server, load) = value.split_once(',').ok_or("cores=SERVER,LOAD")?;
                    options.cores = Some((server.parse()?, load.parse()?));
                }
                _ => return Err(format!("there is no key `{key}`").into()),
            }
        }
        options.server = words.collect();
        if options.server.is_empty() {
            return Err("which server? write it behind `--`".into());
        }
        Ok(options)
    }

    /// Whether the server is called over HTTP.
    pub fn is_http(&self) -> bool {
        self.server.iter().any(|word| word.contains("{address}"))
    }
}
