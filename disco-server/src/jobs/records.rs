//! What is remembered of jobs over a restart.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::run::{Artifact, Run, RunError, Spec, Status, now_ms};
use crate::error::{Error, ErrorCode, Result};
use crate::page::window;
use crate::state::{Process, Store};

/// The jobs in the file of state.
#[derive(Debug, Clone)]
pub(super) struct Records {
    pub(super) store: Store,
}

/// Which runs.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only with this status.
    pub status: Option<Status>,
    /// Only those that are done.
    pub is_final: bool,
    /// Only in this image.
    pub image: Option<String>,
    /// Only with all of these tags.
    pub tags: Vec<String>,
    /// Only those that this has started.
    pub triggered_by: Option<String>,
    /// Only those that were asked for before the one of this number.
    pub before: Option<u64>,
    /// How many at most.
    pub limit: usize,
}

impl Records {
    /// Keeps a new job that waits for its turn. When this returns, it lasts.
    pub(super) async fn submit(&self, spec: Spec, run: Run, most: usize) -> Result<()> {
        let (me, spec, text) = (self.me(), write(&spec)?, write(&run)?);
        let insert = move |state: &Connection| {
            let count = "SELECT count(*) FROM jobs WHERE status = 'queued' AND process = ?";
            let waiting: usize = state.query_row(count, [&me], |row| row.get::<_, i64>(0)).map(to_usize)?;
            if waiting >= most {
                return Err(Error::new(ErrorCode::JobLimit, format!("{waiting} jobs wait already, the most allowed"))
                    .suggest("wait for one with `get_job_status`, cancel one with `cancel_job`, or raise `max_queued_jobs`"));
            }
            let insert =
                "INSERT OR IGNORE INTO jobs (id, process, status, spec, run) VALUES (?, ?, 'queued', ?, ?)";
            if state.execute(insert, params![run.job_id, me, spec, text])? == 0 {
                return Err(Error::new(
                    ErrorCode::JobExists,
                    format!("there is a job `{}` already", run.job_id),
                )
                .suggest("choose another `job_id`, or leave it out"));
            }
            Ok(())
        };
        self.store.write(move |state| insert(state)).await
    }

    /// Its turn has come; `None` if it was cancelled meanwhile.
    pub(super) async fn start(&self, id: &str) -> Result<Option<(Spec, Run)>> {
        let (id, me) = (id.to_owned(), self.me());
        let start = move |state: &Connection| {
            let select = "SELECT spec, run FROM jobs WHERE id = ? AND status = 'queued' AND process = ?";
            let found = state
                .query_row(select, [&id, &me], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
                .optional()?;
            let Some((spec, run)) = found else { return Ok(None) };
            let (spec, mut run): (Spec, Run) = (read(&spec)?, read(&run)?);
            run.status = Status::Running;
            run.started_at = Some(crate::moment::now_with_millis());
            update(state, &run)?;
            // It is never run twice, so nobody needs its secrets any more.
            state.execute("UPDATE jobs SET spec = NULL WHERE id = ?", [&id])?;
            Ok(Some((spec, run)))
        };
        let started = self.store.write(move |state| start(state)).await?;
        if started.as_ref().is_some_and(|(spec, _)| !spec.env.is_empty()) {
            self.store.forget_what_was_deleted().await?;
        }
        Ok(started)
    }

    /// Keeps how far it is.
    pub(super) async fn save(&self, run: &Run) -> Result<()> {
        let run = run.clone();
        self.store.write(move |state| update(state, &run)).await
    }

    /// Keeps that it is done, and forgets what is then no longer needed. `before` is done first, in the same step.
    pub(super) async fn finish(
        &self,
        run: &Run,
        before: impl FnOnce(&Connection) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let run = run.clone();
        self.store
            .write(move |state| {
                before(state)?;
                finish(state, &run)
            })
            .await
    }

    /// Asks for its end: at once if it still waits, else by whoever runs it. `false` if it is done.
    pub(super) async fn cancel(&self, id: &str) -> Result<bool> {
        let id = id.to_owned();
        let cancel = move |state: &Connection| {
            let Some(mut run) = find(state, &id)? else { return Err(super::not_found(&id)) };
            if run.status == Status::Queued {
                run.finish(Status::Cancelled, Some(cancelled()));
                finish(state, &run)?;
                return Ok(true);
            }
            state.execute("UPDATE jobs SET cancel = 1 WHERE id = ? AND process IS NOT NULL", [&id])?;
            Ok(!run.status.is_final())
        };
        self.store.write(move |state| cancel(state)).await
    }

    pub(super) async fn is_cancelled(&self, id: &str) -> Result<bool> {
        let id = id.to_owned();
        let select = "SELECT cancel FROM jobs WHERE id = ?";
        self.store.read(move |state| Ok(state.query_row(select, [id], |row| row.get(0))?)).await
    }

    pub(super) async fn find(&self, id: &str) -> Result<Option<Run>> {
        let id = id.to_owned();
        self.store.read(move |state| find(state, &id)).await
    }

    /// The newest that fit, the newest first, each with its number.
    pub(super) async fn list(&self, filter: Filter) -> Result<Vec<(u64, Run)>> {
        self.store.read(move |state| list(state, &filter)).await
    }

    /// Takes over what dead processes had: what ran was interrupted, and what waited waits here. Gives the latter.
    pub(super) async fn take_over(&self) -> Result<Vec<String>> {
        let me = self.me();
        self.store.write(move |state| take_over(state, &me)).await
    }

    /// Whether a process that is dead has jobs yet.
    pub(super) async fn has_orphans(&self) -> Result<bool> {
        let has = |state: &Connection| {
            let mut statement =
                state.prepare_cached("SELECT EXISTS (SELECT 1 FROM jobs WHERE process = ?)")?;
            for dead in Process::dead(state)? {
                if statement.query_row([dead], |row| row.get(0))? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        self.store.read(has).await
    }

    fn me(&self) -> String {
        self.store.process().id().to_owned()
    }
}

pub(super) fn cancelled() -> RunError {
    RunError { code: "CANCELLED".to_owned(), message: "it was cancelled".to_owned() }
}

pub(super) fn find(state: &Connection, id: &str) -> Result<Option<Run>> {
    let mut statement = state.prepare_cached("SELECT run FROM jobs WHERE id = ?")?;
    let text = statement.query_row([id], |row| row.get::<_, String>(0)).optional()?;
    text.as_deref().map(read).transpose()
}

fn list(state: &Connection, filter: &Filter) -> Result<Vec<(u64, Run)>> {
    let select = "SELECT number, run FROM jobs
        WHERE (?1 IS NULL OR status = ?1) AND (NOT ?2 OR process IS NULL) AND number < ?3
            AND NOT EXISTS (SELECT value FROM json_each(?4) EXCEPT SELECT value FROM json_each(run, '$.tags'))
            AND (?5 IS NULL OR run ->> '$.triggered_by' = ?5)
            AND (?6 IS NULL OR coalesce(run ->> '$.image_ref', run ->> '$.image') = ?6)
        ORDER BY number DESC LIMIT ?7";
    let mut statement = state.prepare_cached(select)?;
    let Filter { status, is_final, image, tags, triggered_by, before, limit } = filter;
    let tags = write(tags)?;
    let [before, limit] = window(*before, *limit);
    let values = params![status.map(Status::word), is_final, before, tags, triggered_by, image, limit];
    let rows = statement.query_map(values, |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| row.map_err(Error::from).and_then(|(number, run)| Ok((number, read(&run)?)))).collect()
}

fn take_over(state: &Connection, me: &str) -> Result<Vec<String>> {
    let mut waiting = Vec::new();
    for dead in Process::dead(state)? {
        let mut statement = state.prepare("SELECT run FROM jobs WHERE process = ? ORDER BY number")?;
        let runs = statement.query_map([&dead], |row| row.get::<_, String>(0))?;
        for run in runs.collect::<rusqlite::Result<Vec<_>>>()? {
            let mut run: Run = read(&run)?;
            if run.status == Status::Queued {
                state.execute("UPDATE jobs SET process = ? WHERE id = ?", [me, &run.job_id])?;
                waiting.push(run.job_id);
            } else {
                let message = "the process of the server that ran it was killed or has crashed".to_owned();
                run.finish(Status::Interrupted, Some(RunError { code: "INTERRUPTED".to_owned(), message }));
                finish(state, &run)?;
            }
        }
    }
    Ok(waiting)
}

fn update(state: &Connection, run: &Run) -> Result<()> {
    let update = "UPDATE jobs SET status = ?, run = ? WHERE id = ?";
    state.prepare_cached(update)?.execute(params![run.status.word(), write(run)?, run.job_id])?;
    Ok(())
}

fn finish(state: &Connection, run: &Run) -> Result<()> {
    update(state, run)?;
    add_artifacts(state, &run.job_id, &run.artifacts)?;
    let done = "UPDATE jobs SET process = NULL, spec = NULL, cancel = 0, finished = ? WHERE id = ?";
    state.execute(done, params![now_ms(), run.job_id])?;
    Ok(())
}

fn add_artifacts(state: &Connection, job: &str, artifacts: &[Artifact]) -> Result<()> {
    let mut insert = state.prepare_cached("INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?)")?;
    for Artifact { name, size_bytes, sha256 } in artifacts {
        insert.execute(params![job, name, size_bytes, sha256])?;
    }
    Ok(())
}

pub(super) fn to_usize(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

fn write(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorCode::StateBroken, format!("the record of a job cannot be read: {error}"))
            .suggest("put back a copy of the file of state")
    })
}
