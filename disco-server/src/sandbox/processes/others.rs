//! What other servers with the same data have started: their launchers are known by their command line and name, and by
//! what is shown below them as the workspace.

use std::collections::BTreeMap;
use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags};

use super::{Stat, numbers, read};
use crate::sandbox::local::launch::{COMMAND, NAME};
use crate::sandbox::paths::{Root, WORKSPACE};

/// All launchers of the host. What is in a namespace of its own is none, however it calls itself.
pub(super) fn launchers(all: &BTreeMap<i32, Stat>) -> impl Iterator<Item = i32> {
    let named = all.iter().filter(|(_, stat)| stat.name.as_bytes() == NAME.to_bytes()).map(|(pid, _)| *pid);
    named.filter(|pid| is_launcher(*pid) && numbers(*pid).is_some_and(|all| all.len() == 1))
}

/// Whether one of these processes is shown this folder as the workspace. Nobody inside can put another one there.
pub(super) fn are_in(members: &[i32], workspace: &Root) -> bool {
    let folder = identity(workspace);
    folder.is_some() && members.iter().any(|pid| shown_in(*pid) == folder)
}

fn is_launcher(pid: i32) -> bool {
    read(pid, "cmdline").is_some_and(|line| line.split('\0').nth(1) == Some(COMMAND))
}

/// What tells a folder from all others.
fn identity(folder: impl AsFd) -> Option<(u64, u64)> {
    rustix::fs::fstat(folder).ok().map(|stat| (stat.st_dev, stat.st_ino))
}

fn shown_in(pid: i32) -> Option<(u64, u64)> {
    let path = format!("/proc/{pid}/root{WORKSPACE}");
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
    identity(rustix::fs::open(path, flags, Mode::empty()).ok()?)
}
