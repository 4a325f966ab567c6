//! A job that somebody waits for: it ends with the wait.

use super::Jobs;

/// Dropping it cancels the job, unless it was let go.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) jobs: Jobs,
    pub(super) id: String,
}

impl Held {
    /// The job is done, or goes on by itself.
    pub(super) fn let_go(mut self) {
        self.id.clear();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (jobs, id) = (self.jobs.clone(), std::mem::take(&mut self.id));
        if !id.is_empty()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { jobs.cancel(&id).await });
        }
    }
}
