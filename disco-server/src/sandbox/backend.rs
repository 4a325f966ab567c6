//! The seam between the registry and the ways to isolate a command.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::exec::{ChunkSender, ExecRequest, ExecResult};
use super::network::Network;
use super::paths::Root;
use super::process::{Process, Signal};
use super::store::Record;
use super::terminal::{Line, TerminalEnd, TerminalRequest};
use super::tree;
use crate::error::{Error, ErrorCode, Result};

/// A way to isolate commands. The registry asks it to make, find again and remove sandboxes.
#[async_trait]
pub trait Backend: Debug + Send + Sync {
    /// The word in `backend` of a sandbox, for instance `local`.
    fn name(&self) -> &'static str;

    /// Refuses a network that no sandbox of this backend can have.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`.
    fn check_network(&self, network: &Network) -> Result<()>;

    /// Refuses an image that no caller may name, or that is not there.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `IMAGE_NOT_FOUND`, and when it cannot be asked.
    async fn check_image(&self, image: &str) -> Result<()> {
        let what =
            format!("`image` is `{}`, but the backend `{}` has no images", image.escape_debug(), self.name());
        Err(Error::new(ErrorCode::InvalidArgument, what)
            .suggest("use the backend `docker`, or leave `image` out"))
    }

    /// Makes the folder of a new sandbox's files, for those who fill it before it is opened.
    ///
    /// # Errors
    /// When it cannot be made.
    async fn make_workspace(&self, record: &Record) -> Result<()> {
        tree::make_workspace(&record.workspace)
    }

    /// Makes a new sandbox, or finds the one that `record` describes after a restart.
    ///
    /// # Errors
    /// When the workspace cannot be made or opened.
    async fn open(&self, record: &Record) -> Result<Arc<dyn Sandbox>>;

    /// Removes all that `open` made, the workspace included.
    ///
    /// # Errors
    /// When something could not be removed.
    async fn remove(&self, record: &Record) -> Result<()>;

    /// Removes what servers that are dead have left beside their sandboxes: processes, cgroups, containers. It is
    /// asked for once a minute.
    async fn tidy(&self) {}
}

/// A place where commands run and cannot get out of.
#[async_trait]
pub trait Sandbox: Debug + Send + Sync {
    /// The workspace, for reading and writing files without a command.
    fn root(&self) -> &Root;

    /// Runs one command to its end, and sends its output to `chunks` meanwhile. Dropping the future kills it.
    ///
    /// # Errors
    /// When the command could not be started; a command that fails, or is killed by a limit, is no error.
    async fn exec(&self, request: ExecRequest, chunks: Option<ChunkSender>) -> Result<ExecResult>;

    /// Runs one command on a terminal to its end, with `line` to and from it. Dropping the future kills it.
    ///
    /// # Errors
    /// When the command could not be started: then `line.opened` is not told. How it ends is no error.
    async fn open_terminal(&self, request: TerminalRequest, line: Line) -> Result<TerminalEnd>;

    /// What runs here, whichever server with the same data has started it.
    ///
    /// # Errors
    /// When it cannot be told.
    async fn processes(&self) -> Result<Vec<Process>>;

    /// Sends a signal to a process by its `process_id`, and gives what it was. Nothing outside the sandbox is ever
    /// reached.
    ///
    /// # Errors
    /// `PROCESS_NOT_FOUND`, also when it has ended meanwhile.
    async fn signal(&self, process_id: &str, signal: Signal) -> Result<Process>;

    /// Kills what runs, and starts nothing any more.
    async fn close(&self);
}
