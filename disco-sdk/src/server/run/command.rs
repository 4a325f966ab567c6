//! What the command line says.

use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt as _};

use crate::error::{Error, Result};
use crate::protocol::lifecycle::Implementation;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Version,
    List,
    Call { tool: String, arguments: Vec<String> },
    Stdio,
    Http(String),
}

/// What is to be done, and how much of it is to be logged.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) command: Command,
    pub(super) log: Option<String>,
    /// The tools that are to be served, if not all.
    pub(super) toolsets: Option<String>,
}

/// Reads a command line; its first word is the program.
pub(super) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Options> {
    let mut parser = Parser::from_iter(words);
    let mut command = None;
    let mut log = None;
    let mut toolsets = None;
    while let Some(argument) = parser.next().map_err(wrong)? {
        let next = match argument {
            Arg::Short('h') | Arg::Long("help") => Command::Help,
            Arg::Short('V') | Arg::Long("version") => Command::Version,
            Arg::Long("list") => Command::List,
            Arg::Long("call") => Command::Call { tool: text(&mut parser)?, arguments: Vec::new() },
            Arg::Long("http") => http(text(&mut parser)?)?,
            Arg::Long("stdio") => stdio()?,
            Arg::Long("log") => {
                log = Some(text(&mut parser)?);
                continue;
            }
            Arg::Long("toolsets") => {
                toolsets = Some(text(&mut parser)?);
                continue;
            }
            Arg::Value(word) => match &mut command {
                Some(Command::Call { arguments, .. }) => {
                    arguments.push(word.string().map_err(wrong)?);
                    continue;
                }
                _ => return Err(wrong(Arg::Value(word).unexpected())),
            },
            other => return Err(wrong(other.unexpected())),
        };
        if let Some(before) = &command {
            return Err(Error::new(format!("{} and {} cannot go together", flag(before), flag(&next))));
        }
        command = Some(next);
    }
    let command = match command {
        Some(command) => command,
        None => stdio()?,
    };
    Ok(Options { command, log, toolsets })
}

/// The value of a flag, which has to be text.
fn text(parser: &mut Parser) -> Result<String> {
    parser.value().and_then(OsString::string).map_err(wrong)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn wrong(error: lexopt::Error) -> Error {
    Error::new(format!("{error}; --help tells what there is"))
}

fn flag(command: &Command) -> &'static str {
    match command {
        Command::Help => "--help",
        Command::Version => "--version",
        Command::List => "--list",
        Command::Call { .. } => "--call",
        Command::Stdio => "--stdio",
        Command::Http(_) => "--http",
    }
}

/// Refuses a flag whose feature is off, with the line that turns it on.
fn needs_feature(flag: &str, feature: &str, is_on: bool) -> Result<()> {
    if is_on {
        return Ok(());
    }
    Err(Error::new(format!(
        "{flag} needs the feature `{feature}`; in Cargo.toml write\n    \
         disco-sdk = {{ version = \"{}\", features = [\"{feature}\"] }}",
        env!("CARGO_PKG_VERSION")
    )))
}

fn stdio() -> Result<Command> {
    needs_feature("--stdio", "stdio", cfg!(feature = "stdio"))?;
    Ok(Command::Stdio)
}

fn http(address: String) -> Result<Command> {
    needs_feature("--http", "http", cfg!(feature = "http"))?;
    Ok(Command::Http(address))
}

/// What `--help` says.
pub(super) fn help(info: &Implementation) -> String {
    let title = info.title.as_deref().unwrap_or(&info.name);
    let about = info.description.as_deref().unwrap_or("An MCP server.");
    format!(
        "{title} {version}
{about}

Usage: {name} [OPTIONS]

Without options it serves one client on standard input and output.

Options:
      --http ADDR            serve HTTP on ADDR, such as 127.0.0.1:3000 (port 0: any free one)
      --list                 tell which tools, resources and prompts there are
      --call TOOL [K=V ...]  call one tool and print its answer; a value is JSON, or else text
      --toolsets NAMES       serve only the tools of these toolsets or tags, such as files,git
                             (default: DISCO_TOOLSETS, or else what the program says)
      --log FILTER           what to log on standard error, such as debug or my_crate=trace
                             (default: RUST_LOG, or else info)
  -h, --help                 print this
  -V, --version              print the version

Settings of the environment, for HTTP:
  DISCO_KEY, DISCO_KEY_FILE  keys of 32 bytes (openssl rand -base64 32), or a file with them: sessions
                             then outlive restarts, and are served by every replica with the keys;
                             the first one seals, all of them open
  DISCO_REPLICA              the name of this replica (default: its host and ADDR)
  DISCO_ALLOWED_HOSTS        hosts that requests may name, besides the loopback ones
  DISCO_ALLOWED_ORIGINS      origins that requests may come from, such as https://app.example.com
",
        version = info.version,
        name = info.name,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options> {
        parse(line.split(' ').map(OsString::from))
    }

    #[test]
    fn a_call_takes_the_words_behind_it() {
        let options = parsed("demo --log debug --call add a=1 b=2").unwrap();
        let arguments = vec!["a=1".to_owned(), "b=2".to_owned()];
        assert_eq!(options.command, Command::Call { tool: "add".into(), arguments });
        assert_eq!(options.log.as_deref(), Some("debug"));
    }

    #[test]
    fn a_flag_whose_feature_is_off_answers_with_the_line_that_turns_it_on() {
        let words = needs_feature("--http", "http", false).unwrap_err().to_string();
        assert!(words.contains("disco-sdk = {") && words.contains("features = [\"http\"]"), "{words}");
    }

    #[test]
    fn what_is_not_known_or_does_not_go_together_is_named() {
        let words = |line| parsed(line).unwrap_err().to_string();
        assert!(words("demo --htpp 1").contains("--htpp"));
        assert!(words("demo stray").contains("stray"));
        assert_eq!(words("demo --list --help"), "--list and --help cannot go together");
    }
}
