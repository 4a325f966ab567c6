//! The launchers that are at work for one sandbox, so that their processes can be found.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::Pid;
use tokio::process::Child;

/// All runs of a sandbox, by numbers that are given once.
#[derive(Debug, Default)]
pub(super) struct Runs {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    runs: BTreeMap<u64, Run>,
}

/// One launcher at work.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) launcher: Pid,
    pub(super) belongs_to: Option<String>,
}

/// A run that is in the list; dropping it takes it out.
#[derive(Debug)]
pub(super) struct Listed {
    runs: Arc<Runs>,
    number: u64,
}

impl Runs {
    pub(super) fn enter(self: &Arc<Self>, launcher: &Child, belongs_to: Option<String>) -> Listed {
        let mut inner = self.lock();
        inner.last += 1;
        let number = inner.last;
        let pid = launcher.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(launcher) = pid {
            inner.runs.insert(number, Run { launcher, belongs_to });
        }
        Listed { runs: self.clone(), number }
    }

    pub(super) fn all(&self) -> Vec<Run> {
        self.lock().runs.values().cloned().collect()
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
