//! The server's end of the zygote, which forks the launchers (see `launch::zygote`).

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::net::SendFlags;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::net::UnixStream;
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use super::hand_over::{Control, Thing, send_with};
use super::launch::COMMAND;

/// How long a zygote may take for a launcher, before another one takes its place.
const PATIENCE: Duration = Duration::from_secs(10);

/// A launcher that waits for its first word, and what it writes.
#[derive(Debug)]
pub(super) struct Launcher {
    pub(super) process: Process,
    pub(super) control: Control,
    pub(super) stdout: pipe::Receiver,
    pub(super) stderr: pipe::Receiver,
}

/// The zygote, which is started when it is needed first, and anew when somebody has ended it.
#[derive(Debug)]
pub(super) struct Zygote {
    program: PathBuf,
    patience: Duration,
    running: Mutex<Option<Running>>,
}

/// It ends with its socket, and so with the server.
#[derive(Debug)]
struct Running {
    socket: UnixStream,
    _process: Child,
}

impl Zygote {
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, patience: PATIENCE, running: Mutex::default() }
    }

    /// A new launcher.
    pub(super) async fn fork(&self) -> io::Result<Launcher> {
        // One that was killed is found by its socket, and one that was stopped by its silence.
        if let Ok(Ok(launcher)) = tokio::time::timeout(self.patience, self.ask()).await {
            return Ok(launcher);
        }
        self.running.lock().await.take();
        let again = tokio::time::timeout(self.patience, self.ask()).await;
        again.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    async fn ask(&self) -> io::Result<Launcher> {
        let (control, theirs) = UnixStream::pair()?;
        let (stdout, their_stdout) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let (stderr, their_stderr) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        let theirs = theirs.into_std()?;
        theirs.set_nonblocking(false)?;
        let fds = [theirs.as_fd(), their_stdout.as_fd(), their_stderr.as_fd()];
        {
            let mut running = self.running.lock().await;
            let running = match &mut *running {
                Some(running) => running,
                none => none.insert(Running::start(&self.program)?),
            };
            let send = || send_with(&running.socket, b"\n", &fds, SendFlags::DONTWAIT);
            running.socket.async_io(Interest::WRITABLE, send).await?;
        }
        drop((theirs, their_stdout, their_stderr));
        let mut control = Control::new(control);
        let held = control.receive(Thing::Launcher).await.map_err(|report| match report {
            Some(report) => io::Error::other(format!("{report:?}")),
            None => io::ErrorKind::UnexpectedEof.into(),
        })?;
        let reader = pipe::Receiver::from_owned_fd;
        Ok(Launcher {
            process: Process::new(held)?,
            control,
            stdout: reader(stdout)?,
            stderr: reader(stderr)?,
        })
    }
}

impl Running {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let (socket, theirs) = UnixStream::pair()?;
        let theirs = theirs.into_std()?;
        theirs.set_nonblocking(false)?;
        let process = Command::new(program)
            .arg(COMMAND)
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { socket, _process: process })
    }
}

/// A process that is another's child, by its descriptor. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process(AsyncFd<OwnedFd>);

impl Process {
    #[expect(
        deprecated,
        reason = "what is unsound is a type that closes its descriptor: this one is owned to the end"
    )]
    fn new(held: OwnedFd) -> io::Result<Self> {
        AsyncFd::with_interest(held, Interest::READABLE).map(Self)
    }

    /// Its number, unless it has ended.
    pub(super) fn pid(&self) -> Option<Pid> {
        let told = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", self.0.as_raw_fd())).ok()?;
        let pid = told.lines().find_map(|line| line.strip_prefix("Pid:"))?;
        Pid::from_raw(pid.trim().parse().ok()?)
    }

    /// Waits for its end.
    pub(super) async fn wait(&self) -> io::Result<()> {
        self.0.readable().await.map(drop)
    }

    pub(super) fn kill(&self) {
        let _ = rustix::process::pidfd_send_signal(self.0.get_ref(), Signal::KILL);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn program(folder: &tempfile::TempDir, script: &str) -> PathBuf {
        let program = folder.path().join("zygote");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    #[tokio::test]
    async fn a_zygote_that_does_not_answer_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let silent = Zygote::new(program(&folder, "exec sleep 60"));
        let zygote = Zygote { patience: Duration::from_millis(20), ..silent };
        assert_eq!(zygote.fork().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_zygote_that_ends_at_once_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Zygote::new(program(&folder, "exit 1")).fork().await.is_err());
    }
}
