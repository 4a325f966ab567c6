//! What other servers with the same data have started: their launchers are known by their command line, and by what is
//! shown below them as the workspace.

use std::collections::BTreeMap;
use std::os::fd::AsFd;

use rustix::fs::{Mode, OFlags};

use super::{Stat, read};
use crate::sandbox::local::launch::COMMAND;
use crate::sandbox::paths::{Root, WORKSPACE};

/// All launchers of the host. Process 1 of a sandbox has the same command line, and a launcher as its parent.
pub(super) fn launchers(all: &BTreeMap<i32, Stat>) -> impl Iterator<Item = i32> {
    all.iter().filter(|(pid, stat)| is_launcher(**pid) && !is_launcher(stat.parent)).map(|(pid, _)| *pid)
}

/// The folder of one sandbox, known again by what its processes are shown. Nobody inside can put another one there.
pub(super) struct Folder(Option<(u64, u64)>);

impl Folder {
    pub(super) fn of(workspace: Option<&Root>) -> Self {
        Self(workspace.and_then(identity))
    }

    pub(super) fn is_shown_to(&self, pid: i32) -> bool {
        self.0.is_some() && shown_in(pid) == self.0
    }
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
