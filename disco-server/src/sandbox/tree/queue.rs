//! What is yet to be copied, shared by the threads that do it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::Error;

/// Tasks of two kinds. Parts of folders that are open come first, so that few folders are open at a time; of the
/// other folders the newest comes first, so that few wait.
pub(super) struct Queue<Folder, Part> {
    state: Mutex<Waiting<Folder, Part>>,
    news: Condvar,
    /// How many parts may wait.
    most_parts: usize,
}

struct Waiting<Folder, Part> {
    folders: Vec<Folder>,
    parts: VecDeque<Part>,
    at_work: usize,
    failed: Option<Error>,
}

/// What is to be done next.
pub(super) enum Task<Folder, Part> {
    Folder(Folder),
    Part(Part),
}

impl<Folder, Part> Queue<Folder, Part> {
    pub(super) fn new(first: Folder, most_parts: usize) -> Self {
        let waiting = Waiting { folders: vec![first], parts: VecDeque::new(), at_work: 0, failed: None };
        Self { state: Mutex::new(waiting), news: Condvar::new(), most_parts }
    }

    pub(super) fn push(&self, folder: Folder) {
        self.lock().folders.push(folder);
        self.news.notify_one();
    }

    /// Leaves a part to the others; gives it back if enough wait already.
    pub(super) fn offer(&self, part: Part) -> Option<Part> {
        let mut state = self.lock();
        if state.parts.len() >= self.most_parts {
            return Some(part);
        }
        state.parts.push_back(part);
        self.news.notify_one();
        None
    }

    /// The next task; `None` when all is done, or something has failed.
    pub(super) fn next(&self) -> Option<Task<Folder, Part>> {
        let mut state = self.lock();
        loop {
            if state.failed.is_some() {
                return None;
            }
            let part = state.parts.pop_front().map(Task::Part);
            if let Some(task) = part.or_else(|| state.folders.pop().map(Task::Folder)) {
                state.at_work += 1;
                return Some(task);
            }
            if state.at_work == 0 {
                return None;
            }
            state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The task that was taken has ended.
    pub(super) fn done(&self, failed: Option<Error>) {
        let mut state = self.lock();
        state.at_work -= 1;
        state.failed = state.failed.take().or(failed);
        if state.at_work == 0 || state.failed.is_some() {
            self.news.notify_all();
        }
    }

    /// Why it was given up, if it was.
    pub(super) fn failure(&self) -> Option<Error> {
        self.lock().failed.take()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<Folder, Part>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
