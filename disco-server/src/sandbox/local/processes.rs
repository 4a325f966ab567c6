//! Finds and signals the processes of a sandbox: those below its launchers in the host's /proc.
//!
//! A server knows the launchers that it has started. Those of other servers with the same data are known by their command
//! line, and by what they show as the workspace: the same folder. Whatever a command starts stays below process 1 of its namespace, which is the launcher's child. A number may be
//! given to another process at any time, so a signal goes by a descriptor (pidfd), and only when what it stands for
//! was seen below the launcher after it was opened.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal as System, pidfd_open, pidfd_send_signal};

use super::launch::COMMAND;
use super::runs::Runs;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::paths::{Root, WORKSPACE};
use crate::sandbox::process::{Process, Signal, State};

/// How much of a command line is told, in bytes.
const LONGEST: usize = 512;

/// A process of a sandbox, with its number on the host.
pub(super) struct Found {
    host: Pid,
    pub(super) process: Process,
}

/// All processes of the sandbox, whichever server has started them.
pub(super) fn list(runs: &Runs, workspace: &Root) -> Vec<Found> {
    let all = Stat::all();
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for (pid, stat) in &all {
        children.entry(stat.parent).or_default().push(*pid);
    }
    let none = Vec::new();
    let below = |pid: i32| children.get(&pid).unwrap_or(&none).iter().copied();
    // The launcher's child is process 1, which is ours.
    let inside = |launcher: i32| {
        let mut pids: Vec<i32> = below(launcher).flat_map(below).collect();
        let mut at = 0;
        while let Some(pid) = pids.get(at) {
            pids.extend(below(*pid));
            at += 1;
        }
        pids
    };
    let mut found = Vec::new();
    let mut known = Vec::new();
    for run in runs.all() {
        let launcher = run.launcher.as_raw_nonzero().get();
        found.extend(
            inside(launcher).into_iter().filter_map(|pid| tell(pid, &all, launcher, run.belongs_to.clone())),
        );
        known.push(launcher);
    }
    let folder = identity(workspace);
    for launcher in all.iter().filter(|(pid, stat)| is_launcher(**pid) && !is_launcher(stat.parent)) {
        let launcher = *launcher.0;
        let pids = if known.contains(&launcher) { Vec::new() } else { inside(launcher) };
        if folder.is_some() && pids.iter().any(|pid| shown_in(*pid) == folder) {
            found.extend(pids.into_iter().filter_map(|pid| tell(pid, &all, launcher, None)));
        }
    }
    found.sort_by(|a, b| (&a.process.belongs_to, a.process.pid).cmp(&(&b.process.belongs_to, b.process.pid)));
    found
}

/// Sends a signal, and tells to whom.
pub(super) fn signal(runs: &Runs, workspace: &Root, id: &str, signal: Signal) -> Result<Process> {
    let find = || list(runs, workspace).into_iter().find(|found| found.process.process_id == id);
    let pid = find().ok_or_else(|| not_found(id))?.host;
    let pidfd = match pidfd_open(pid, PidfdFlags::empty()) {
        Err(Errno::SRCH) => return Err(not_found(id)),
        pidfd => pidfd.map_err(|error| Error::from_errno("hold the process", error))?,
    };
    // Were it another one by now, it would not be found again.
    let found = find().filter(|found| found.host == pid).ok_or_else(|| not_found(id))?;
    match pidfd_send_signal(pidfd.as_fd(), system(signal)) {
        Ok(()) => Ok(found.process),
        Err(Errno::SRCH) => Err(not_found(id)),
        Err(error) => Err(Error::from_errno("send the signal", error)),
    }
}

fn not_found(id: &str) -> Error {
    let what = format!("there is no process `{}` in this sandbox, or no longer", id.escape_debug());
    Error::new(ErrorCode::ProcessNotFound, what).suggest("list them with `process_list`")
}

/// Whether its command line is that of a launcher.
fn is_launcher(pid: i32) -> bool {
    read(pid, "cmdline").is_some_and(|line| line.split('\0').nth(1) == Some(COMMAND))
}

/// What tells a folder from all others.
fn identity(folder: impl AsFd) -> Option<(u64, u64)> {
    rustix::fs::fstat(folder).ok().map(|stat| (stat.st_dev, stat.st_ino))
}

/// The folder that a process is shown as the workspace. Nobody inside can put another one there.
fn shown_in(pid: i32) -> Option<(u64, u64)> {
    let path = format!("/proc/{pid}/root{WORKSPACE}");
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
    identity(rustix::fs::open(path, flags, Mode::empty()).ok()?)
}

fn tell(pid: i32, all: &BTreeMap<i32, Stat>, launcher: i32, belongs_to: Option<String>) -> Option<Found> {
    let stat = all.get(&pid)?;
    let inside = inside(pid)?;
    let process = Process {
        process_id: format!("{launcher}-{inside}-{}", stat.started),
        pid: inside,
        parent_pid: self::inside(stat.parent)?,
        command: command(pid).unwrap_or_else(|| format!("[{}]", stat.name)),
        state: stat.state,
        cpu_ms: stat.ticks * 1000 / rustix::param::clock_ticks_per_second(),
        memory_kb: stat.pages * (rustix::param::page_size() as u64) / 1024,
        belongs_to,
        is_foreground: stat.foreground == stat.group,
    };
    Some(Found { host: Pid::from_raw(pid)?, process })
}

/// The number of a process in the innermost namespace that it is in.
fn inside(pid: i32) -> Option<i32> {
    let status = read(pid, "status")?;
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    numbers.split_ascii_whitespace().next_back()?.parse().ok()
}

fn command(pid: i32) -> Option<String> {
    let line = read(pid, "cmdline").filter(|line| !line.is_empty())?;
    let line = line.trim_end_matches('\0').replace('\0', " ");
    let end = line.floor_char_boundary(LONGEST);
    Some(if end < line.len() { format!("{}...", &line[..end]) } else { line })
}

fn read(pid: i32, file: &str) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(format!("/proc/{pid}/{file}")).ok()?.take(8192).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What the kernel tells of a process in one line.
struct Stat {
    name: String,
    state: State,
    parent: i32,
    group: i32,
    /// The group in the foreground of its terminal.
    foreground: i32,
    ticks: u64,
    started: u64,
    pages: u64,
}

impl Stat {
    /// Those of all processes of the host.
    fn all() -> BTreeMap<i32, Self> {
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        pids.filter_map(|pid| Some((pid, Self::parse(&read(pid, "stat")?)?))).collect()
    }

    fn parse(line: &str) -> Option<Self> {
        // The name is in brackets and may hold anything, brackets too.
        let (name, rest) = (line.split_once('(')?.1).rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let state = match *fields.first()? {
            "R" => State::Running,
            "D" => State::Waiting,
            "T" | "t" => State::Stopped,
            "Z" | "X" => State::Ended,
            _ => State::Sleeping,
        };
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        let id = |at: usize| fields.get(at)?.parse::<i32>().ok();
        Some(Self {
            name: name.to_owned(),
            state,
            parent: id(1)?,
            group: id(2)?,
            foreground: id(5)?,
            ticks: number(11)? + number(12)?,
            started: number(19)?,
            pages: number(21)?,
        })
    }
}

fn system(signal: Signal) -> System {
    match signal {
        Signal::Hup => System::HUP,
        Signal::Int => System::INT,
        Signal::Quit => System::QUIT,
        Signal::Kill => System::KILL,
        Signal::Term => System::TERM,
        Signal::Usr1 => System::USR1,
        Signal::Usr2 => System::USR2,
        Signal::Cont => System::CONT,
        Signal::Stop => System::STOP,
        Signal::Tstp => System::TSTP,
        Signal::Winch => System::WINCH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_hides_nothing() {
        let line = "42 (a) R 1 (b) T 7 42 42 34816 43 4194304 90 0 0 0 3 4 0 0 20 0 1 0 5550 1000 12 0";
        let stat = Stat::parse(line).unwrap();
        assert_eq!((stat.name.as_str(), stat.state, stat.parent), ("a) R 1 (b", State::Stopped, 7));
        assert_eq!((stat.group, stat.foreground), (42, 43));
        assert_eq!((stat.ticks, stat.started, stat.pages), (7, 5550, 12));
    }
}
