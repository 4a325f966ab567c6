//! A command on a terminal of the sandbox's own: the host's terminals are not involved.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;
use rustix::pty::OpenptFlags;
use rustix::termios::{InputModes, OptionalActions, Winsize};

use super::super::hand_over::{self, Thing};
use super::{During, Step, syscall};
use crate::sandbox::terminal::Size;

/// Starts the first command that can be started as the leader of a session on a new terminal. Once it runs, the server is handed the end of
/// the terminal at which a person would sit.
///
/// `prepare` starts the threads of this process: behind the fork, before which there may be none, and before the
/// command begins. The inner error tells why there is no such command.
pub(super) fn start(
    commands: impl Iterator<Item = Command>,
    size: Size,
    control: &UnixStream,
    prepare: impl FnOnce() -> Step,
) -> Step<io::Result<Pid>> {
    let (ours, theirs) = open(size).during("open a terminal")?;
    let (told, tell) = pipe_with(PipeFlags::CLOEXEC).during("make a pipe")?;
    let (begin, held) = pipe_with(PipeFlags::CLOEXEC).during("make a pipe")?;
    let Some(child) = syscall::fork().during("fork")? else {
        drop(held);
        // It ends when the other side lets go.
        let _ = File::from(begin).read(&mut [0]);
        run(commands, &theirs, tell)
    };
    prepare()?;
    drop((theirs, tell, held));
    // The pipe ends without a word when the command has been started.
    let mut words = String::new();
    File::from(told).read_to_string(&mut words).during("start the command")?;
    if !words.is_empty() {
        return Ok(Err(io::Error::other(words)));
    }
    hand_over::send(control, Thing::Terminal, ours.as_fd()).during("hand the terminal over")?;
    Ok(Ok(child))
}

/// Both ends of a new terminal of /dev/pts, which is the sandbox's own.
fn open(size: Size) -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let ours = rustix::pty::openpt(flags)?;
    rustix::pty::unlockpt(&ours)?;
    let commands = rustix::pty::ioctl_tiocgptpeer(&ours, flags)?;
    let mut modes = rustix::termios::tcgetattr(&commands)?;
    // The erase key takes whole characters.
    modes.input_modes |= InputModes::IUTF8;
    rustix::termios::tcsetattr(&commands, OptionalActions::Now, &modes)?;
    rustix::termios::tcsetwinsize(&ours, window(size))?;
    Ok((ours, commands))
}

/// A size as the kernel has it.
pub(crate) fn window(size: Size) -> Winsize {
    Winsize { ws_row: size.rows.get(), ws_col: size.cols.get(), ws_xpixel: 0, ws_ypixel: 0 }
}

/// Becomes the first command that it can, or says why not.
fn run(commands: impl Iterator<Item = Command>, terminal: &OwnedFd, tell: OwnedFd) -> ! {
    let error = match sit_down(terminal) {
        Ok(()) => commands.map(|mut command| command.exec()).last().unwrap_or(io::ErrorKind::NotFound.into()),
        Err(error) => error,
    };
    let _ = File::from(tell).write_all(error.to_string().as_bytes());
    exit(127)
}

fn sit_down(terminal: &OwnedFd) -> io::Result<()> {
    rustix::process::setsid()?;
    rustix::process::ioctl_tiocsctty(terminal)?;
    rustix::stdio::dup2_stdin(terminal)?;
    rustix::stdio::dup2_stdout(terminal)?;
    rustix::stdio::dup2_stderr(terminal)?;
    Ok(())
}
