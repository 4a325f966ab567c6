//! How a client comes to the server: over HTTP, or by starting the program with the settings that are given.

use crate::config::{Config, Given};
use crate::error::{Error, ErrorCode, Result};

/// How the client comes to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP, at the address of a server that runs.
    Http(String),
    /// It starts the program itself, with these arguments before `stdio`.
    Stdio(Vec<String>),
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

/// By starting the program with every setting that a flag or a variable gives: the client may start it in another
/// folder, and with no variables.
///
/// # Errors
/// When there is no working folder any more.
pub fn by_itself(given: &Given) -> Result<Way> {
    given.as_arguments().map(Way::Stdio)
}

pub(super) fn with_stdio(arguments: &[String]) -> Vec<String> {
    arguments.iter().cloned().chain(["stdio".to_owned()]).collect()
}

pub(super) fn line(way: &Way) -> String {
    let Way::Stdio(arguments) = way else { return String::new() };
    let words = with_stdio(arguments);
    std::iter::once("disco".to_owned())
        .chain(words.iter().map(|word| quoted(word)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// As a shell reads one word.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
