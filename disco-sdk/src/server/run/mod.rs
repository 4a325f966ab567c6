//! A whole program around a server: its command line.

mod call;
mod command;
#[cfg(feature = "http")]
pub(super) mod environment;
mod list;
mod log;
mod program;
mod toolsets;

use std::ffi::OsString;

pub use self::program::program;

use self::command::{Command, Options};
use super::builder::Server;
use crate::error::Result;
#[cfg(any(feature = "stdio", feature = "http"))]
use crate::transport::Stop;

/// Does what the command line says.
pub(super) async fn run(server: Server, arguments: impl IntoIterator<Item = OsString>) -> Result<()> {
    carry_out(server, command::parse(arguments)?).await
}

/// The same for a command line that is read already.
async fn carry_out(server: Server, options: Options) -> Result<()> {
    let Options { command, log, toolsets } = options;
    let server = toolsets::chosen(server, toolsets)?;
    #[cfg(feature = "http")]
    let server = match &command {
        Command::Http(address) => server.environment(address)?,
        _ => server,
    };
    let service = server.build()?;
    let info = &service.0.info;
    match command {
        Command::Help => {
            print(&command::help(info));
            Ok(())
        }
        Command::Version => {
            print(&format!("{} {}\n", info.name, info.version));
            Ok(())
        }
        Command::List => {
            print(&list::text(&service.0.registry.everything()));
            Ok(())
        }
        Command::Call { tool, arguments } => {
            log::start(log.as_deref());
            let answer = call::call(&service, &tool, &arguments).await?;
            print(&answer);
            Ok(())
        }
        #[cfg(feature = "stdio")]
        Command::Stdio => {
            log::start(log.as_deref());
            service.serve_stdio(&Stop::on_signal()).await
        }
        #[cfg(feature = "http")]
        Command::Http(address) => {
            log::start(log.as_deref());
            let stop = Stop::on_signal();
            let listener = tokio::net::TcpListener::bind(&address).await?;
            service.serve_http(listener, &stop).await
        }
        #[cfg_attr(
            all(feature = "stdio", feature = "http"),
            expect(unreachable_patterns, reason = "a flag whose feature is off is refused where it is read")
        )]
        _ => Ok(()),
    }
}

#[expect(clippy::print_stdout, reason = "nothing is served on standard output here")]
fn print(text: &str) {
    print!("{text}");
}
