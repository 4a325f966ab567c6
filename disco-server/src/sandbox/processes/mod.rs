//! Finds and signals the processes of a sandbox in the host's /proc: those below its launchers, or in the cgroups of its
//! containers.
//!
//! A server knows the launchers and containers that it has started, and finds the launchers of other servers with the same
//! data. Whatever a command starts stays there. A number may be given to another process at any time, so a signal goes by a
//! descriptor (pidfd), and only when what it stands for was seen there after it was opened.

mod others;
mod runs;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal as System, pidfd_open, pidfd_send_signal};

pub(super) use runs::{Container, Listed, Place, Runs};

use super::paths::Root;
use super::process::{Process, Signal, State};
use super::tree;
use crate::error::{Error, ErrorCode, Result};

/// How much of a command line is told, in bytes.
const COMMAND: usize = 512;

/// What runs in a sandbox; beside it what other servers have started where this folder is shown as the workspace.
pub(super) async fn told(runs: &Arc<Runs>, workspace: Option<Root>) -> Result<Vec<Process>> {
    let runs = runs.clone();
    tree::aside(move || Ok(list(&runs, workspace.as_ref())?.into_iter().map(|found| found.process).collect()))
        .await
}

/// Sends a signal, and tells to whom.
pub(super) async fn signal(
    runs: &Arc<Runs>,
    workspace: Option<Root>,
    id: &str,
    signal: Signal,
) -> Result<Process> {
    let (runs, id) = (runs.clone(), id.to_owned());
    tree::aside(move || send(&runs, workspace.as_ref(), &id, signal)).await
}

/// A process of a sandbox, with its number on the host.
struct Found {
    host: Pid,
    process: Process,
}

/// All processes of a sandbox.
///
/// # Errors
/// `NOT_OFFERED` when they are not to be seen from here.
fn list(runs: &Runs, workspace: Option<&Root>) -> Result<Vec<Found>> {
    let all = Stat::all();
    let children = Children::of(&all);
    let (mut found, mut known) = (Vec::new(), Vec::new());
    let mut add = |members: &[i32], of: u64, belongs_to: Option<&str>| {
        found.extend(members.iter().filter_map(|pid| tell(*pid, &all, members, of, belongs_to)));
    };
    for (number, run) in runs.all() {
        let (members, of) = match &run.place {
            Place::Below(launcher) => {
                let launcher = launcher.as_raw_nonzero().get();
                known.push(launcher);
                // Its number says the same in every server.
                (children.inside(launcher), launcher.unsigned_abs().into())
            }
            Place::In(container) => (within(container, &all), number),
            Place::Unseen => return Err(unseen()),
        };
        add(&members, of, run.belongs_to.as_deref());
    }
    for launcher in others::launchers(&all).filter(|launcher| !known.contains(launcher)) {
        let members = children.inside(launcher);
        if workspace.is_some_and(|workspace| others::are_in(&members, workspace)) {
            add(&members, launcher.unsigned_abs().into(), None);
        }
    }
    found.sort_by(|a, b| (&a.process.belongs_to, a.process.pid).cmp(&(&b.process.belongs_to, b.process.pid)));
    Ok(found)
}

/// Who was started by whom.
struct Children(HashMap<i32, Vec<i32>>);

impl Children {
    fn of(all: &BTreeMap<i32, Stat>) -> Self {
        let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
        for (pid, stat) in all {
            children.entry(stat.parent).or_default().push(*pid);
        }
        Self(children)
    }

    fn below(&self, pid: i32) -> impl Iterator<Item = i32> {
        self.0.get(&pid).into_iter().flatten().copied()
    }

    /// The launcher's child is process 1, which is ours; all below it are the command's.
    fn inside(&self, launcher: i32) -> Vec<i32> {
        let mut next: Vec<i32> = self.below(launcher).flat_map(|first| self.below(first)).collect();
        let mut members = Vec::new();
        while let Some(pid) = next.pop() {
            next.extend(self.below(pid));
            members.push(pid);
        }
        members
    }
}

/// What keeps the container is another user; a script of ours around the command has its parent outside.
fn within(container: &Container, all: &BTreeMap<i32, Stat>) -> Vec<i32> {
    let here = container.processes();
    let is_ours = |pid: &i32| {
        let parent = all.get(pid).map(|stat| stat.parent);
        container.is_wrapped && parent.is_none_or(|parent| !here.contains(&parent))
    };
    here.iter().copied().filter(|pid| user(*pid) == Some(container.uid) && !is_ours(pid)).collect()
}

fn send(runs: &Runs, workspace: Option<&Root>, id: &str, signal: Signal) -> Result<Process> {
    let named = |found: &Found| found.process.process_id == id;
    let find = || list(runs, workspace).map(|all| all.into_iter().find(named));
    let pid = find()?.ok_or_else(|| not_found(id))?.host;
    let pidfd = match pidfd_open(pid, PidfdFlags::empty()) {
        Err(Errno::SRCH) => return Err(not_found(id)),
        pidfd => pidfd.map_err(|error| Error::from_errno("hold the process", error))?,
    };
    // Were it another one by now, it would not be found again.
    let found = find()?.filter(|found| found.host == pid).ok_or_else(|| not_found(id))?;
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

fn unseen() -> Error {
    let what = "the processes of the engine's containers are not to be seen from here";
    Error::new(ErrorCode::NotOffered, what)
        .suggest("run `ps` in the sandbox, or use a sandbox of the `local` backend")
}

fn tell(
    pid: i32,
    all: &BTreeMap<i32, Stat>,
    members: &[i32],
    run: u64,
    belongs_to: Option<&str>,
) -> Option<Found> {
    let stat = all.get(&pid)?;
    let inside = inside(pid)?;
    let process = Process {
        process_id: format!("{run}-{inside}-{}", stat.started),
        pid: inside,
        parent_pid: if members.contains(&stat.parent) { self::inside(stat.parent)? } else { 1 },
        command: command(pid).unwrap_or_else(|| format!("[{}]", stat.name)),
        state: stat.state,
        cpu_ms: stat.ticks * 1000 / rustix::param::clock_ticks_per_second(),
        memory_kb: stat.pages * (rustix::param::page_size() as u64) / 1024,
        belongs_to: belongs_to.map(str::to_owned),
        is_foreground: stat.foreground == stat.group,
    };
    Some(Found { host: Pid::from_raw(pid)?, process })
}

/// The number of a process in the innermost namespace that it is in.
fn inside(pid: i32) -> Option<i32> {
    numbers(pid)?.last().copied()
}

/// The numbers of a process, from our namespace to the innermost that it is in.
fn numbers(pid: i32) -> Option<Vec<i32>> {
    status(pid, "NSpid:")?.split_ascii_whitespace().map(|number| number.parse().ok()).collect()
}

/// Who it is on the host.
fn user(pid: i32) -> Option<u32> {
    status(pid, "Uid:")?.split_ascii_whitespace().next()?.parse().ok()
}

fn status(pid: i32, key: &str) -> Option<String> {
    let status = read(pid, "status")?;
    Some(status.lines().find_map(|line| line.strip_prefix(key))?.to_owned())
}

fn command(pid: i32) -> Option<String> {
    let line = read(pid, "cmdline").filter(|line| !line.is_empty())?;
    let line = line.trim_end_matches('\0').replace('\0', " ");
    let end = line.floor_char_boundary(COMMAND);
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
