//! What a job has written and left.

use std::time::Duration;

use super::run::internal;
use super::{Artifact, Jobs, Piece, Run, artifacts, log};
use crate::error::Result;

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
        Ok((artifact, read.map_err(|error| internal(&error))??))
    }
}
