//! What a job has written and left.

use std::time::Duration;

use rusqlite::Connection;

use super::records::to_usize;
use super::tools::{self, JobStatus};
use super::{Artifact, Filter, Jobs, Piece, Run, artifacts, log};
use crate::error::{Error, Result};

/// How many jobs are the last ones.
const LAST: usize = 20;

impl Jobs {
    /// The pieces of a job's log after the number `after`: as many as fit into `most` bytes, but one at least once
    /// there is one. Waits for the first for so long, and not when the job is done.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn follow(
        &self,
        id: &str,
        after: u64,
        most: usize,
        wait: Duration,
    ) -> Result<(Vec<Piece>, Run)> {
        let end = tokio::time::Instant::now() + wait;
        loop {
            let mut news = self.live(id).map(|live| live.news());
            let run = self.get(id).await?;
            let pieces = log::read(&self.inner.records.store, id, after, most).await?;
            if !pieces.is_empty() || run.status.is_final() {
                return Ok((pieces, run));
            }
            tokio::select! {
                () = tokio::time::sleep_until(end) => return Ok((pieces, run)),
                () = self.next(news.as_mut()) => {}
            }
        }
    }

    /// The beginning and the end of a job's log, as much as fits into `most` bytes.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn ends_of_log(&self, id: &str, most: usize) -> Result<(Vec<Piece>, Run)> {
        let run = self.get(id).await?;
        Ok((log::ends(&self.inner.records.store, id, most).await?, run))
    }

    /// All that is kept of a job's log.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn whole_log(&self, id: &str) -> Result<String> {
        self.get(id).await?;
        log::whole(&self.inner.records.store, id).await
    }

    /// How the last jobs stand, the newest first.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub(crate) async fn last(&self) -> Result<Vec<JobStatus>> {
        let filter = Filter { limit: LAST, ..Filter::default() };
        Ok(self.list(filter).await?.into_iter().map(|(_, run)| tools::status(run)).collect())
    }

    /// How many jobs wait, and how many run.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn under_way(&self) -> Result<[usize; 2]> {
        let count = |state: &Connection| {
            let select =
                "SELECT count(*) FILTER (WHERE status = 'queued'), count(*) FILTER (WHERE status = 'running')
                FROM jobs WHERE process IS NOT NULL";
            let mut statement = state.prepare_cached(select)?;
            Ok(statement.query_row([], |row| Ok([to_usize(row.get(0)?), to_usize(row.get(1)?)]))?)
        };
        self.inner.records.store.read(count).await
    }

    /// The number of the last piece of a job's log; 0 if there is none.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn log_end(&self, id: &str) -> Result<u64> {
        self.get(id).await?;
        log::last(&self.inner.records.store, id).await
    }

    /// The artifacts of a job in the order of their names, after one of them.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`.
    pub async fn artifacts(&self, id: &str, after: &str, limit: usize) -> Result<Vec<Artifact>> {
        self.get(id).await?;
        artifacts::list(&self.inner.records.store, id, after, limit).await
    }

    /// One artifact of a job, and some of its bytes.
    ///
    /// # Errors
    /// `JOB_NOT_FOUND`, `ARTIFACT_NOT_FOUND`.
    pub async fn artifact(
        &self,
        id: &str,
        name: &str,
        offset: u64,
        most: u64,
    ) -> Result<(Artifact, Vec<u8>)> {
        self.get(id).await?;
        let artifact = artifacts::find(&self.inner.records.store, id, name).await?;
        let (blobs, sha256) = (self.inner.blobs.clone(), artifact.sha256.clone());
        let read = tokio::task::spawn_blocking(move || blobs.read(&sha256, offset, most)).await;
        Ok((artifact, read.map_err(Error::internal)??))
    }
}
