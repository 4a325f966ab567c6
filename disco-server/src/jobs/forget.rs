//! Deleting what is kept of jobs that are done.

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::records::to_usize;
use super::{Jobs, Run};
use crate::error::{Error, ErrorCode, Result};
use crate::progress::{self, Count};

impl Jobs {
    /// Deletes what is kept of a job that is done: record, log and artifacts.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`, and `INVALID_STATUS` for one that is not done.
    pub async fn delete(&self, id: &str) -> Result<Run> {
        let run = self.would_delete(id).await?;
        self.forget("id = ?1", id.to_owned().into()).await?;
        Ok(run)
    }

    /// What [`Jobs::delete`] would delete.
    ///
    /// # Errors
    /// As there.
    pub async fn would_delete(&self, id: &str) -> Result<Run> {
        let run = self.get(id).await?;
        if !run.status.is_final() {
            let what = format!("the job `{id}` is {}", run.status.word());
            return Err(Error::new(ErrorCode::InvalidStatus, what).suggest("end it with `cancel_job` first"));
        }
        Ok(run)
    }

    /// Deletes what is kept of the jobs that were done before a time, in milliseconds since 1970; tells how many.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub async fn clean_up(&self, before: u64, dry_run: bool) -> Result<usize> {
        if dry_run {
            let count = "SELECT count(*) FROM jobs WHERE process IS NULL AND finished < ?";
            let count = move |state: &Connection| Ok(state.query_row(count, [before], |row| row.get(0))?);
            return Ok(to_usize(self.inner.records.store.read(count).await?));
        }
        self.forget("finished < ?1", i64::try_from(before).unwrap_or(i64::MAX).into()).await
    }

    /// Keeps as many as may be kept.
    pub(super) async fn forget_the_oldest(&self) -> Result<()> {
        let most = i64::try_from(self.inner.bounds.runs).unwrap_or(i64::MAX);
        let beyond = "number <= (SELECT number FROM jobs WHERE process IS NULL ORDER BY number DESC LIMIT 1 OFFSET ?1)";
        self.forget(beyond, most.into()).await.map(drop)
    }

    /// Forgets the jobs that are done and fit, and the files that no other job has left too.
    async fn forget(&self, which: &'static str, value: Value) -> Result<usize> {
        let blobs = self.inner.blobs.clone();
        let forget = move |state: &Connection| {
            let jobs = format!("SELECT id FROM jobs WHERE process IS NULL AND {which}");
            let digests = format!("SELECT DISTINCT sha256 FROM artifacts WHERE job IN ({jobs})");
            let digests = state
                .prepare(&digests)?
                .query_map(params![value], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<String>>>()?;
            let gone = state
                .execute(&format!("DELETE FROM jobs WHERE process IS NULL AND {which}"), params![value])?;
            progress::count(gone as u64);
            blobs.sweep(state, &digests)?;
            Ok(gone)
        };
        let count = Count::current();
        self.inner.records.store.write(move |state| count.of_blocking(|| forget(state))).await
    }
}
