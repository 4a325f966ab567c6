//! The launcher's process, which is started before it is needed: to load a program takes as long as to build a
//! sandbox.
//!
//! One waits for its first word as soon as a command has ended. It has entered nothing yet and holds nothing but its
//! end of the socket, so it ends when the server is gone, however that went.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::process::{Child, Command};

use super::launch::COMMAND;
use crate::error::{Error, ErrorCode, Result};

/// A launcher, and the server's end of its socket. Dropping it kills the launcher.
#[derive(Debug)]
pub(super) struct Launcher {
    pub(super) child: Child,
    pub(super) control: UnixStream,
}

/// The launcher that waits, if there is one.
#[derive(Debug)]
pub(super) struct Ready {
    program: PathBuf,
    waiting: Mutex<Option<Launcher>>,
}

impl Ready {
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, waiting: Mutex::default() }
    }

    /// A launcher that was told what to do: the one that waits, else a new one.
    pub(super) fn launch(&self, spec: &impl Serialize) -> Result<Launcher> {
        let mut line = serde_json::to_vec(spec).map_err(|error| {
            Error::new(ErrorCode::InvalidArgument, format!("the command cannot be told: {error}"))
        })?;
        line.push(b'\n');
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that somebody has killed meanwhile hears nothing.
        if let Some(launcher) = waiting
            && launcher.tell(&line).is_ok()
        {
            return Ok(launcher);
        }
        let launched = Launcher::start(&self.program).and_then(|new| new.tell(&line).map(|()| new));
        launched.map_err(|error| {
            Error::new(ErrorCode::SandboxFailed, format!("the launcher cannot be started: {error}"))
                .suggest("run `disco doctor`")
        })
    }

    /// Waits for the end of a launcher whose sandbox is gone, lets go of what belonged to it, and has the next one
    /// wait.
    pub(super) fn after(self: Arc<Self>, mut launcher: Child, belongings: impl Send + 'static) {
        tokio::spawn(async move {
            let _ = launcher.wait().await;
            drop(belongings);
            self.refill();
        });
    }

    fn refill(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_none() {
            // The next command meets the same error, and tells it.
            *waiting = Launcher::start(&self.program).ok();
        }
    }
}

impl Launcher {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let (control, theirs) = UnixStream::pair()?;
        let child = Command::new(program)
            .arg(COMMAND)
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { child, control })
    }

    /// The launcher reads all of it first of all, so this does not wait for the command.
    fn tell(&self, line: &[u8]) -> io::Result<()> {
        (&self.control).write_all(line)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn the_one_that_waits_is_taken_and_one_that_was_killed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("launcher");
        std::fs::write(&program, "#!/bin/sh\nread -r line\necho \"$line\" >&0\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let ready = Arc::new(Ready::new(program));
        let waits = |ready: &Ready| ready.waiting.lock().unwrap().as_ref().and_then(|one| one.child.id());

        let mut first = ready.launch(&"first").unwrap();
        assert_eq!(waits(&ready), None);
        first.child.wait().await.unwrap();
        ready.refill();
        let waiting = waits(&ready).unwrap();
        ready.refill();
        assert_eq!(waits(&ready), Some(waiting));
        let second = ready.launch(&"second").unwrap();
        assert_eq!(second.child.id(), Some(waiting));

        ready.refill();
        let killed = waits(&ready).unwrap();
        let mut taken = ready.waiting.lock().unwrap().take().unwrap();
        taken.child.kill().await.unwrap();
        *ready.waiting.lock().unwrap() = Some(taken);
        let third = ready.launch(&"third").unwrap();
        assert!(third.child.id().is_some_and(|id| id != killed));
    }
}
