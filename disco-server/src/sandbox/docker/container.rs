//! One container: started, held alive, given commands, killed.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bollard::container::{AttachContainerResults, LogOutput};
use bollard::exec::{ResizeExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder,
};
use futures_util::Stream;
use tokio::io::AsyncWriteExt;

use super::attach::{self, Terminal};
use super::engine::{Connection, is_gone, refused};
use super::harden::{HOME, OWN_PROCESSES, Plan, User};
use super::usage::Meter;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::terminal::Size;

/// How many bytes of a command's output go to the log.
const LOGGED: usize = 64 * 1024;
/// How long the news of a command's end may take after that of its output.
const NEWS: Duration = Duration::from_secs(2);
/// How often they are asked for.
const LOOK: Duration = Duration::from_millis(5);

/// What a command writes.
pub(super) type Frames =
    Pin<Box<dyn Stream<Item = std::result::Result<LogOutput, bollard::errors::Error>> + Send>>;

/// A container that lives as long as this is held: dropping it ends the container and all that runs in it.
pub(super) struct Container {
    pub(super) id: String,
    /// The engine's number for its process 1.
    pub(super) pid: Option<i64>,
    pub(super) meter: Meter,
    connection: Arc<Connection>,
    /// The other end of the keeper's standard input.
    hold: AttachContainerResults,
    /// How much more of the running command goes to the log.
    log_left: usize,
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Tells a terminal how large it is.
pub(super) struct Resizer {
    connection: Arc<Connection>,
    exec: String,
}

impl Resizer {
    pub(super) async fn resize(&self, size: Size) -> Result<()> {
        let options = ResizeExecOptions { height: size.rows.get(), width: size.cols.get() };
        let resized = self.connection.api.resize_exec(&self.exec, options).await;
        resized.map_err(|error| refused("the terminal cannot be resized", &error))
    }
}

impl Container {
    pub(super) async fn start(connection: Arc<Connection>, name: &str, plan: &Plan<'_>) -> Result<Self> {
        let api = &connection.api;
        let options = CreateContainerOptionsBuilder::default().name(name).build();
        let made = api.create_container(Some(options), plan.to_body()).await.map_err(|error| {
            if is_gone(&error) {
                no_image(plan.image)
            } else {
                refused("the container cannot be made", &error)
            }
        })?;
        match Self::hold(connection.clone(), made.id.clone()).await {
            Ok(container) => Ok(container),
            Err(error) => {
                remove(&connection, &made.id).await.ok();
                Err(error)
            }
        }
    }

    /// Takes hold of it before it starts, so that there is no moment at which nobody would end it.
    async fn hold(connection: Arc<Connection>, id: String) -> Result<Self> {
        let api = &connection.api;
        let options = AttachContainerOptionsBuilder::default().stream(true).stdin(true).build();
        let failed = |error| refused("the container cannot be started", &error);
        let hold = api.attach_container(&id, Some(options)).await.map_err(failed)?;
        api.start_container(&id, None).await.map_err(failed)?;
        let state = api.inspect_container(&id, None).await.map_err(failed)?.state;
        let pid = state.and_then(|state| state.pid);
        let meter = Meter::of(pid, &id);
        Ok(Self { id, pid, meter, connection, hold, log_left: 0 })
    }

    /// Makes a command ready to be started; `None` when the container is no longer there.
    pub(super) async fn prepare(
        &mut self,
        argv: Vec<String>,
        env: Vec<String>,
        user: User,
        on_terminal: bool,
    ) -> Result<Option<String>> {
        let config = ExecConfig {
            attach_stdin: Some(on_terminal),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(on_terminal),
            cmd: Some(argv),
            env: Some(env),
            user: Some(user.to_words()),
            working_dir: Some("/".to_owned()),
            ..ExecConfig::default()
        };
        match self.connection.api.create_exec(&self.id, config).await {
            Err(error) if is_gone(&error) => Ok(None),
            made => Ok(Some(made.map_err(|error| refused("the command cannot be started", &error))?.id)),
        }
    }

    /// Starts a command that was made ready.
    pub(super) async fn start_exec(&mut self, exec: &str) -> Result<Frames> {
        let started = self.connection.api.start_exec(exec, None).await;
        match started.map_err(|error| refused("the command cannot be started", &error))? {
            StartExecResults::Attached { output, .. } => Ok(output),
            StartExecResults::Detached => {
                Err(Error::new(ErrorCode::SandboxFailed, "the engine has not attached the command's output"))
            }
        }
    }

    /// Starts one that was made ready for a terminal.
    pub(super) async fn start_terminal(&mut self, exec: &str) -> Result<Terminal> {
        attach::start(&self.connection.engine, exec).await
    }

    pub(super) fn resizer(&mut self, exec: &str) -> Resizer {
        Resizer { connection: self.connection.clone(), exec: exec.to_owned() }
    }

    /// The exit code of a command whose output has ended; `None` when something else than its end has ended it.
    pub(super) async fn exit_code(&mut self, exec: &str) -> Option<i32> {
        let end = Instant::now() + NEWS;
        loop {
            let state = self.connection.api.inspect_exec(exec).await.ok()?;
            if state.running == Some(false) {
                return state.exit_code.and_then(|code| i32::try_from(code).ok());
            }
            if Instant::now() >= end {
                return None;
            }
            // The end of the output may be heard of before the end of the command.
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether nothing runs in it but what keeps it.
    pub(super) async fn is_at_rest(&mut self) -> bool {
        // Our script has ended.
        let is_ours = |count: usize| (count as u64) < OWN_PROCESSES;
        // The engine takes longer to tell, by which time the last may have ended.
        if self.meter.processes().is_some_and(is_ours) {
            return true;
        }
        let top = self.connection.api.top_processes(&self.id, None).await;
        top.is_ok_and(|top| top.processes.is_some_and(|all| is_ours(all.len())))
    }

    /// Writes a line to the log, with which the output of a command begins or ends.
    pub(super) async fn log_line(&mut self, line: &str) {
        self.log_left = LOGGED;
        self.write(format!("{line}\n").as_bytes()).await;
    }

    /// Writes the beginning of a command's output to the log.
    pub(super) async fn log(&mut self, bytes: &[u8]) {
        let part = &bytes[..bytes.len().min(self.log_left)];
        if !part.is_empty() {
            self.log_left -= part.len();
            self.write(part).await;
        }
    }

    /// A log that cannot be written is no reason to stop: the command's own stream tells what has happened.
    async fn write(&mut self, bytes: &[u8]) {
        if self.hold.input.write_all(bytes).await.is_ok() {
            self.hold.input.flush().await.ok();
        }
    }

    /// Kills all in it, and waits until that is done.
    pub(super) async fn kill(self) {
        // An engine that does not answer is told by the end of the hold.
        remove(&self.connection, &self.id).await.ok();
    }
}

/// Removes a container with all that runs in it; that it is gone is no error.
pub(crate) async fn remove(connection: &Connection, id: &str) -> Result<()> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match connection.api.remove_container(id, Some(options)).await {
        Err(error) if !is_gone(&error) => Err(refused("the container cannot be removed", &error)),
        _ => Ok(()),
    }
}

/// The variables that every command has beside the image's.
pub(super) fn own_variables() -> Vec<(String, String)> {
    let own = [
        ("HOME", HOME),
        ("USER", "disco"),
        ("LOGNAME", "disco"),
        ("LANG", "C.UTF-8"),
        ("TERM", "dumb"),
        ("TMPDIR", "/tmp"),
    ];
    own.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

pub(super) fn no_image(image: &str) -> Error {
    Error::new(ErrorCode::ImageNotFound, format!("the engine has no image `{}`", image.escape_debug()))
        .suggest(
            "run `docker pull IMAGE` on the server's machine, or name an image that `docker images` lists",
        )
}
