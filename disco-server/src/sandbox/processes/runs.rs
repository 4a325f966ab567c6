//! What is at work for one sandbox, so that its processes can be found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::Pid;

/// All runs of a sandbox, by numbers that are given once.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Runs {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    runs: BTreeMap<u64, Run>,
}

/// One command at work.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) place: Place,
    pub(super) belongs_to: Option<String>,
}

/// Where the processes of a run are.
#[derive(Debug, Clone)]
pub(in crate::sandbox) enum Place {
    /// Below this launcher.
    Below(Pid),
    /// In this container.
    In(Container),
    /// Not to be seen from here.
    Unseen,
}

/// A container at work.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Container {
    /// A cgroup that all its processes are in, and no others.
    pub(in crate::sandbox) cgroup: PathBuf,
    /// Who its commands are; whatever else is in it is ours.
    pub(in crate::sandbox) uid: u32,
    /// Whether a script of ours is around the command.
    pub(in crate::sandbox) is_wrapped: bool,
}

impl Container {
    pub(super) fn processes(&self) -> Vec<i32> {
        let text = std::fs::read_to_string(self.cgroup.join("cgroup.procs")).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }
}

/// A run that is in the list; dropping it takes it out.
#[derive(Debug)]
pub(in crate::sandbox) struct Listed {
    runs: Arc<Runs>,
    number: u64,
}

impl Runs {
    pub(in crate::sandbox) fn enter(self: &Arc<Self>, place: Place, belongs_to: Option<String>) -> Listed {
        let mut inner = self.lock();
        inner.last += 1;
        let number = inner.last;
        inner.runs.insert(number, Run { place, belongs_to });
        Listed { runs: self.clone(), number }
    }

    pub(super) fn all(&self) -> Vec<(u64, Run)> {
        self.lock().runs.iter().map(|(number, run)| (*number, run.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.runs.lock().runs.remove(&self.number);
    }
}
