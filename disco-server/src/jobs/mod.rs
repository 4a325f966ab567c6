//! Jobs: commands that run by themselves, with a record, a log and the files that they leave.
//!
//! A job that was acknowledged is in the file of state, with its log and its record up to the last step. When its
//! process dies, the next one runs what waited, and marks what ran as interrupted.

mod analysis;
mod artifacts;
mod check;
mod execute;
mod follow;
mod forget;
mod held;
mod history;
mod live;
mod log;
mod place;
mod read;
mod records;
mod redacted;
mod resources;
mod routes;
mod run;
mod tasks;
mod tools;
mod view;
mod wish;
mod worker;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

pub use analysis::LogAnalysis;
use artifacts::Blobs;
pub use artifacts::MOST as MOST_ARTIFACTS;
pub use execute::execute;
use live::Live;
pub use log::Piece;
pub use records::Filter;
use records::Records;
pub(crate) use routes::routes;
pub use run::{Artifact, ResourceUsage, Run, RunError, Spec, Status, Step};
pub use tasks::DurableTasks;
pub(crate) use tools::JobStatus;

use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::sandbox::Registry;
use crate::state::Store;

/// How often it is looked for news of a job that another process runs.
const LOOK: Duration = Duration::from_millis(200);

/// How many jobs there may be, and how much is kept of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Jobs that run at one time in this process.
    pub running: usize,
    /// Jobs that wait in this process.
    pub queued: usize,
    /// Jobs that are done and still known.
    pub runs: usize,
    /// Bytes of one job's log.
    pub log_bytes: u64,
    /// Bytes of one job's artifacts together.
    pub artifact_bytes: u64,
}

/// All jobs. Clones are the same.
#[derive(Debug, Clone)]
pub struct Jobs {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    records: Records,
    sandboxes: Arc<Registry>,
    blobs: Blobs,
    bounds: Bounds,
    turns: Semaphore,
    live: Mutex<HashMap<String, Arc<Live>>>,
}

impl Jobs {
    /// Finds the jobs of before again. Call it within the async runtime: what waited is run.
    ///
    /// # Errors
    /// When the state cannot be read, or the folder of artifacts cannot be made.
    pub async fn open(store: Store, sandboxes: Arc<Registry>, bounds: Bounds) -> Result<Self> {
        let blobs = Blobs::open(store.folder())?;
        let (turns, live) = (Semaphore::new(bounds.running), Mutex::default());
        let of_the_dead = blobs.clone();
        store.read(move |state| of_the_dead.remove_parts_of_the_dead(state)).await?;
        let records = Records { store };
        let jobs = Self { inner: Arc::new(Inner { records, sandboxes, blobs, bounds, turns, live }) };
        jobs.take_over().await?;
        Ok(jobs)
    }

    /// Asks for a job. When this returns, it will be run or told to be interrupted, whatever becomes of the server.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, `INVALID_PATTERN`, `SANDBOX_NOT_FOUND`, `JOB_EXISTS`, `JOB_NOT_FOUND` for the parent, and
    /// `JOB_LIMIT` when too many wait.
    pub async fn submit(&self, spec: Spec) -> Result<Run> {
        check::spec(&spec)?;
        let named = place::named(self, &spec).await?;
        if let Some(parent) = &spec.parent_job_id {
            self.get(parent).await?;
        }
        let id = spec.job_id.clone().map_or_else(|| random::name("job"), Ok)?;
        let workspace_id = self.inner.records.store.name().await?;
        let run = Run {
            workspace_id,
            image_ref: named.image,
            ..Run::queued(id, named.sandbox, named.backend, &spec)?
        };
        let (jobs, kept) = (self.clone(), run.clone());
        // A caller that goes away in the middle leaves no job that is kept and never begun.
        let begun = tokio::spawn(async move {
            let id = kept.job_id.clone();
            jobs.inner.records.submit(spec, kept, jobs.inner.bounds.queued).await?;
            jobs.begin(id);
            Ok::<_, Error>(())
        });
        begun.await.map_err(Error::internal)??;
        Ok(run)
    }

    /// The record of a job as it stands.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn get(&self, id: &str) -> Result<Run> {
        let run = self.inner.records.find(id).await?.ok_or_else(|| not_found(id))?;
        if run.status.is_final() || self.live(id).is_some() || !self.take_over_if_needed().await? {
            return Ok(run);
        }
        self.inner.records.find(id).await?.ok_or_else(|| not_found(id))
    }

    /// The newest jobs that fit, the newest first, each with its number.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list(&self, filter: Filter) -> Result<Vec<(u64, Run)>> {
        self.take_over_if_needed().await?;
        self.inner.records.list(filter).await
    }

    /// Ends a job, wherever it runs, and gives its record when it is over. One that is done stays as it is.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn cancel(&self, id: &str) -> Result<Run> {
        self.inner.records.cancel(id).await?;
        if let Some(live) = self.live(id) {
            live.cancel();
        }
        self.wait(id).await
    }

    /// Waits until a job is done.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn wait(&self, id: &str) -> Result<Run> {
        loop {
            let mut news = self.live(id).map(|live| live.news());
            let run = self.get(id).await?;
            if run.status.is_final() {
                return Ok(run);
            }
            self.next(news.as_mut()).await;
        }
    }

    /// A process that shares the state may have died since this one began.
    async fn take_over_if_needed(&self) -> Result<bool> {
        let needed = self.inner.records.has_orphans().await?;
        if needed {
            self.take_over().await?;
        }
        Ok(needed)
    }

    async fn take_over(&self) -> Result<()> {
        for id in self.inner.records.take_over().await? {
            self.begin(id);
        }
        Ok(())
    }

    fn begin(&self, id: String) {
        let live = Arc::new(Live::default());
        self.lives().insert(id.clone(), live.clone());
        tokio::spawn(worker::work(self.clone(), id, live));
    }

    async fn next(&self, news: Option<&mut live::News>) {
        match news {
            Some(news) => news.next().await,
            None => tokio::time::sleep(LOOK).await,
        }
    }

    fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.lives().get(id).cloned()
    }

    fn let_go(&self, id: &str) {
        self.lives().remove(id);
    }

    fn lives(&self) -> MutexGuard<'_, HashMap<String, Arc<Live>>> {
        self.inner.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_found(id: &str) -> Error {
    Error::new(ErrorCode::JobNotFound, format!("there is no job `{}`", id.escape_debug()))
        .suggest("list them with `list_jobs`")
}
