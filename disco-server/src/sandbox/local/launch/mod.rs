//! The launcher: a process of one thread that makes the walls and starts the command in them.
//!
//! The zygote forks one for each command. Stage 1 (`launch`) reads the specification, becomes an unprivileged user, and leaves the host's namespaces.
//! Stage 2 (`init`) is process 1 of the new ones: it builds the file system, gives up every right, starts
//! the command, and collects the dead. Stage 1 stays outside and kills stage 2, and so everything, when the
//! server says so or is gone.

mod confine;
mod filter;
mod init;
mod landlock;
mod network;
mod root;
mod syscall;
pub(super) mod terminal;
mod trees;
mod user;
mod zygote;

use std::ffi::CStr;
use std::io::{BufRead, BufReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{PidfdFlags, Signal, WaitOptions};
use rustix::thread::UnshareFlags;
use serde::Serialize;

use super::spec::{Report, Spec};
use zygote::Begin;

/// The hidden word of the command line that asks for the zygote.
pub const COMMAND: &str = "__sandbox";
/// What a launcher calls itself as soon as it has something to do.
pub(crate) const NAME: &CStr = c"disco-sandbox";

/// A step that did not succeed.
#[derive(Debug)]
struct Failed {
    step: &'static str,
    error: std::io::Error,
}

type Step<T = ()> = Result<T, Failed>;

/// Names the step of an error.
trait During<T> {
    fn during(self, step: &'static str) -> Step<T>;
}

impl<T, E: Into<std::io::Error>> During<T> for Result<T, E> {
    fn during(self, step: &'static str) -> Step<T> {
        self.map_err(|error| Failed { step, error: error.into() })
    }
}

/// Runs the zygote, and each launcher that is forked from it. Standard input is the socket on which the server speaks.
///
/// Call it before any thread is started.
#[must_use]
pub fn main() -> ExitCode {
    match take_server().and_then(|server| zygote::serve(&server)) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(begin)) => launch(begin),
        Err(error) => {
            eprintln!(
                "disco {COMMAND}: {}: {}. This command is for the server itself.",
                error.step, error.error
            );
            ExitCode::from(2)
        }
    }
}

/// Takes the socket away from standard input, and closes whatever else came with the process.
fn take_server() -> Step<UnixStream> {
    syscall::close_from(3).during("close inherited files")?;
    let server = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3).during("take the socket")?;
    rustix::net::sockopt::socket_type(&server).during("read from a socket")?;
    rustix::stdio::dup2_stdin(null()?).during("replace stdin")?;
    Ok(UnixStream::from(server))
}

fn launch(begin: Begin) -> ExitCode {
    let control = begin.control;
    let entered = [rustix::stdio::dup2_stdout(&begin.stdout), rustix::stdio::dup2_stderr(&begin.stderr)];
    drop((begin.stdout, begin.stderr));
    let entered = entered.into_iter().collect::<Result<(), _>>().during("take the output");
    match entered.and_then(|()| stage_one(&control)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&control, &Report::Failed(error.step.to_owned(), error.error.to_string()));
            ExitCode::FAILURE
        }
    }
}

fn stage_one(control: &UnixStream) -> Step {
    let spec = read_spec(control)?;
    rustix::thread::set_name(NAME).during("take a name")?;
    // Rather this process than the server when memory is short; raising is always allowed.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    for procs in &spec.cgroups {
        std::fs::write(procs, "0").during("enter the cgroup")?;
    }
    // The host's root may walk through folders that the command's user may not, so it takes hold of them first.
    let mut trees = None;
    if rustix::process::geteuid().is_root() {
        trees = Some(trees::Trees::open(&spec)?);
        user::become_unprivileged(spec.user)?;
    }
    syscall::unshare(
        UnshareFlags::NEWUSER
            | UnshareFlags::NEWNS
            | UnshareFlags::NEWPID
            | UnshareFlags::NEWIPC
            | UnshareFlags::NEWUTS
            | UnshareFlags::NEWNET
            | UnshareFlags::NEWCGROUP,
    )
    .during("unshare namespaces")?;
    user::map(spec.user)?;
    root::detach_from_host()?;
    let trees = match trees {
        Some(trees) => trees,
        None => trees::Trees::open(&spec)?,
    };
    // Stage 2 sees the end of this pipe when stage 1 is gone before the death signal is armed.
    let (gate, held) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).during("make a pipe")?;
    match syscall::fork().during("fork")? {
        None => {
            drop(held);
            init::main(&spec, trees, control, &gate)
        }
        Some(child) => {
            drop(trees);
            let watched = watch(control, child);
            drop(held);
            watched
        }
    }
}

fn read_spec(control: &UnixStream) -> Step<Spec> {
    let mut line = Vec::new();
    BufReader::new(control).read_until(b'\n', &mut line).during("read the specification")?;
    serde_json::from_slice(&line).map_err(std::io::Error::from).during("understand the specification")
}

/// Waits for the end of stage 2, and kills it when the server says a word or falls silent.
fn watch(control: &UnixStream, child: rustix::process::Pid) -> Step {
    let pidfd = rustix::process::pidfd_open(child, PidfdFlags::empty()).during("watch stage 2")?;
    // The command's output must end when the command does.
    let null = null()?;
    rustix::stdio::dup2_stdout(&null).during("replace stdout")?;
    rustix::stdio::dup2_stderr(&null).during("replace stderr")?;
    let mut fds = [PollFd::new(control, PollFlags::IN), PollFd::new(&pidfd, PollFlags::IN)];
    loop {
        match poll(&mut fds, None) {
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).during("wait"),
            Ok(_) => break,
        }
    }
    if fds[1].revents().is_empty() {
        let _ = rustix::process::pidfd_send_signal(pidfd.as_fd(), Signal::KILL);
    }
    let _ = rustix::process::waitpid(Some(child), WaitOptions::empty());
    // What it has used is known only now that all of it is gone.
    if let Ok(usage) = syscall::usage_of_children() {
        tell(control, &usage);
    }
    Ok(())
}

/// Answers the server; that it is gone is no news worth an error.
fn tell(mut control: &UnixStream, report: &impl Serialize) {
    if let Ok(mut line) = serde_json::to_vec(report) {
        line.push(b'\n');
        let _ = control.write_all(&line);
    }
}

fn null() -> Step<OwnedFd> {
    rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).during("open /dev/null")
}
