//! Process 1 of the sandbox: builds it, gives up its rights, starts the command and collects the dead.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio, exit};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{DumpableBehavior, Pid, Signal, WaitOptions};

use super::super::spec::{Report, Spec};
use super::trees::Trees;
use super::{During, Step, confine, network, root, tell, terminal};

/// How often memory is looked at when no cgroup bounds it.
const MEMORY_WATCH: Duration = Duration::from_millis(50);

/// Runs the command and never returns. With this process dies everything in the sandbox.
pub(super) fn main(spec: &Spec, trees: Trees, control: &UnixStream, gate: &OwnedFd) -> ! {
    let report = match run(spec, trees, control, gate) {
        Ok(report) => report,
        Err(error) => Report::Failed(error.step.to_owned(), error.error.to_string()),
    };
    tell(control, &report);
    exit(0)
}

fn run(spec: &Spec, trees: Trees, control: &UnixStream, gate: &OwnedFd) -> Step<Report> {
    die_with_stage_one(gate)?;
    rustix::process::setsid().during("leave the session")?;
    rustix::system::sethostname(b"sandbox").during("name the host")?;
    root::enter(spec, &trees)?;
    drop(trees);
    network::raise_loopback()?;
    if let Some(port) = spec.proxy {
        network::hand_over_listener(control, port)?;
    }
    // Nothing inside may read or write this process, though it has the same user.
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).during("become unreadable")?;
    confine::confine(spec)?;
    let [program, arguments @ ..] = &spec.argv[..] else {
        return Ok(Report::NotFound("the command is empty".to_owned()));
    };
    if let Err(error) = rustix::process::chdir(&spec.working_dir) {
        return Ok(Report::NoFolder(format!("cannot start in {}: {error}", spec.working_dir)));
    }
    let command = |program: &String| {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(spec.env.iter().cloned());
        command
    };
    let commands = [program].into_iter().chain(&spec.instead).map(command);
    // Before the command begins: it may leave no room for one more thread.
    let watch = || if spec.memory_is_bounded { Ok(()) } else { watch_memory(spec.memory, control) };
    let started = if let Some(size) = spec.terminal {
        terminal::start(commands, size, control, watch)?
    } else {
        watch()?;
        // What cannot be started without the shell, the shell tells in its own words.
        let plain = spec.plain.as_deref().and_then(|words| plain(words, spec));
        begin_first(plain.into_iter().chain(commands))
    };
    let command = match started {
        Ok(command) => command,
        Err(error) => return Ok(Report::NotFound(format!("{program}: {error}"))),
    };
    Ok(collect(command))
}

/// The first that can be started; why the last could not if there is none.
fn begin_first(commands: impl Iterator<Item = Command>) -> io::Result<Pid> {
    let mut why = io::ErrorKind::NotFound.into();
    for command in commands {
        match begin(command) {
            Ok(begun) => return Ok(begun),
            Err(error) => why = error,
        }
    }
    Err(why)
}

/// The command without a shell, with the variable that the shell would have set.
fn plain(words: &[String], spec: &Spec) -> Option<Command> {
    let [program, arguments @ ..] = words else { return None };
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(spec.env.iter().cloned()).env("PWD", &spec.working_dir);
    Some(command)
}

fn begin(mut command: Command) -> io::Result<Pid> {
    command.stdin(Stdio::null()).process_group(0).spawn().map(|child| Pid::from_child(&child))
}

fn die_with_stage_one(gate: &OwnedFd) -> Step {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).during("tie life to stage 1")?;
    let mut fds = [PollFd::from_borrowed_fd(gate.as_fd(), PollFlags::IN)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    match poll(&mut fds, Some(&now)).during("look for stage 1")? {
        0 => Ok(()),
        _ => exit(1),
    }
}

/// Waits for whatever dies here, until it is the command.
fn collect(command: Pid) -> Report {
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid == command => {
                return match (status.exit_status(), status.terminating_signal()) {
                    (Some(code), _) => Report::Exited(code),
                    (None, Some(signal)) => Report::Signalled(signal),
                    (None, None) => continue,
                };
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                return Report::Failed("wait for the command".to_owned(), error.to_string());
            }
        }
    }
}

/// Ends the sandbox when its processes together use too much. It sees them all, and no others.
fn watch_memory(limit: u64, control: &UnixStream) -> Step {
    let control = control.try_clone().during("watch memory")?;
    let watch = move || {
        loop {
            std::thread::sleep(MEMORY_WATCH);
            if used() > limit {
                tell(&control, &Report::OutOfMemory);
                exit(0);
            }
        }
    };
    std::thread::Builder::new().name("memory".to_owned()).spawn(watch).during("watch memory")?;
    Ok(())
}

/// Memory of all processes that is not a copy of files, in bytes. Shared memory counts for each that has it.
fn used() -> u64 {
    let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
    let processes =
        entries.flatten().filter(|entry| entry.file_name().as_encoded_bytes()[0].is_ascii_digit());
    processes.map(|process| resident(&process.path().join("status"))).sum()
}

fn resident(status: &std::path::Path) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let counted = |line: &&str| ["RssAnon:", "RssShmem:", "VmSwap:"].iter().any(|key| line.starts_with(key));
    let kib = |line: &str| line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok();
    text.lines().filter(counted).filter_map(kib).sum::<u64>() * 1024
}
