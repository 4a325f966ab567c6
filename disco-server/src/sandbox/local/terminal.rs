//! One command on a terminal from the server's side: passes keys in and what is shown out, and keeps the limits.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

use super::LocalSandbox;
use super::cgroup::Group;
use super::hand_over::{Answer, Thing};
use super::launch::terminal::window;
use super::run::{Running, access, outcome, outgrow, specify};
use super::spec::{Report, Spec};
use crate::error::{Error, Result};
use crate::sandbox::exec::Ended;
use crate::sandbox::outcome::{Outcome, gone};
use crate::sandbox::terminal::{Input, Line, TerminalEnd, TerminalRequest};

/// How much is read at once, in bytes; the kernel gives no more of a terminal.
const READ: usize = 4096;

/// Runs the command until it ends, or the line is hung up.
pub(super) async fn run(sandbox: &LocalSandbox, request: TerminalRequest, line: Line) -> Result<TerminalEnd> {
    let TerminalRequest { mut exec, size } = request;
    let access = access(sandbox, &exec)?;
    sandbox.usage.begin(&sandbox.root).await;
    let group = Arc::new(Group::create(&sandbox.shared.places, &sandbox.record.limits));
    exec.env.entry("TERM".to_owned()).or_insert_with(|| "xterm-256color".to_owned());
    let spec =
        Spec { terminal: Some(size), plain: None, ..specify(sandbox, &exec, &group, access.as_ref())? };
    let mut running = Running::start(sandbox, &spec, &group, exec.belongs_to).await?;
    let mut closed = sandbox.closed.subscribe();
    let mut told = None;
    let stopped = tokio::select! {
        biased;
        _ = closed.wait_for(|closed| *closed) => Err(gone(&sandbox.record.id)),
        talked = async {
            running.serve(sandbox, access).await?;
            talk(&mut running, line, &mut told).await
        } => talked,
        ended = outgrow(sandbox, &group) => Ok(Some(ended)),
    };
    let (report, usage) = running.finish(!matches!(stopped, Ok(None))).await?;
    let end = match stopped? {
        Some(ended) => Outcome::killed(ended),
        None => outcome(told.or(report), &group)?,
    };
    if end.ended == Ended::DiskLimit {
        sandbox.usage.settle(&sandbox.root).await;
    }
    let Outcome { ended, exit_code, signal } = end;
    Ok(TerminalEnd { ended, exit_code, signal, usage })
}

/// Until the command ends: `None`, and `told` has what was reported. A line that was hung up ends it.
async fn talk(running: &mut Running, line: Line, told: &mut Option<Report>) -> Result<Option<Ended>> {
    let terminal = match running.control.receive(Thing::Terminal).await {
        Ok(terminal) => terminal,
        Err(report) => {
            *told = report;
            return Ok(None);
        }
    };
    let (reader, writer) = halves(terminal).map_err(|error| Error::from_io("hold the terminal", &error))?;
    let Line { opened, mut input, output } = line;
    opened.send(()).ok();
    tokio::select! {
        () = listen(writer, &mut input) => Ok(Some(Ended::Signalled)),
        () = async {
            // What was shown before the end is passed on before the end is told.
            pass_on(reader, &output).await;
            while let Some(answer) = running.control.next().await {
                if let Answer::Report(report) = answer {
                    *told = Some(report);
                    break;
                }
            }
        } => Ok(None),
    }
}

/// The end of the terminal that the launcher has handed over. It is read and written like a pipe.
fn halves(terminal: OwnedFd) -> io::Result<(pipe::Receiver, pipe::Sender)> {
    rustix::io::ioctl_fionbio(&terminal, true)?;
    let other = terminal.try_clone()?;
    Ok((pipe::Receiver::from_owned_fd_unchecked(terminal)?, pipe::Sender::from_owned_fd_unchecked(other)?))
}

/// Does what comes, until nobody is left who could ask for more.
async fn listen(mut terminal: pipe::Sender, input: &mut mpsc::Receiver<Input>) {
    while let Some(next) = input.recv().await {
        // A terminal whose command has gone takes nothing any more; that it has gone is told elsewhere.
        let _ = match next {
            Input::Keys(keys) => terminal.write_all(&keys).await,
            Input::Resize(size) => {
                rustix::termios::tcsetwinsize(&terminal, window(size)).map_err(io::Error::from)
            }
        };
    }
}

/// Passes on what is shown, until no process has the terminal any more: then reading fails.
async fn pass_on(mut terminal: pipe::Receiver, output: &mpsc::Sender<Vec<u8>>) {
    loop {
        let mut bytes = Vec::with_capacity(READ);
        match terminal.read_buf(&mut bytes).await {
            Ok(1..) if output.send(bytes).await.is_ok() => {}
            _ => return,
        }
    }
}
