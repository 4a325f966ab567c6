//! Stands before a sandbox of a backend: lets no command in when it is stopped, and ends those that run when
//! another process of the same data folder stops, restores or removes it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::backend::Sandbox;
use super::exec::{ChunkSender, ExecRequest, ExecResult};
use super::paths::Root;
use super::process::{Process, Signal};
use super::running::Running;
use super::store::{Record, Records, Status};
use super::terminal::{Line, TerminalEnd, TerminalRequest};
use crate::error::{Error, ErrorCode, Result};

/// How often it is looked whether another process has ended the sandbox while a command runs.
const LOOK: Duration = Duration::from_secs(1);

/// A sandbox with a gate before it.
#[derive(Debug)]
pub(super) struct Gate {
    record: Record,
    records: Records,
    inner: Arc<dyn Sandbox>,
}

impl Gate {
    pub(super) fn new(record: Record, records: Records, inner: Arc<dyn Sandbox>) -> Self {
        Self { record, records, inner }
    }

    /// The sandbox behind the gate, for those who make it.
    pub(super) fn inner(&self) -> &dyn Sandbox {
        &*self.inner
    }

    /// Lets commands in, or says why not.
    fn admit(&self) -> Result<()> {
        match self.record.status {
            Status::Ready => Ok(()),
            Status::Stopped => Err(stopped(&self.record.id)),
        }
    }

    /// Closes it as soon as another process has ended it.
    async fn close_with_the_others(&self) {
        tokio::time::sleep(LOOK).await;
        while !self.is_over().await {
            tokio::time::sleep(LOOK).await;
        }
        self.inner.close().await;
    }

    /// Whether it is no longer what was opened here. The default one has no record: every process has its own.
    async fn is_over(&self) -> bool {
        let found = self.records.find(&self.record.id).await;
        self.record.id != super::DEFAULT
            && found
                .is_ok_and(|record| record.is_none_or(|record| record.generation != self.record.generation))
    }

    /// Runs a command, if one may run, until it ends or the sandbox is closed.
    async fn while_open<T>(&self, run: impl Future<Output = Result<T>>) -> Result<T> {
        self.admit()?;
        let _running = Running::begin();
        tokio::pin!(run);
        let done = tokio::select! {
            biased;
            done = &mut run => done,
            () = self.close_with_the_others() => run.await,
        };
        match done {
            Ok(done) => Ok(done),
            Err(error) => Err(self.why_closed(error).await),
        }
    }

    /// Why a command was ended by closing the sandbox.
    async fn why_closed(&self, error: Error) -> Error {
        if error.code != ErrorCode::SandboxNotFound {
            return error;
        }
        let id = &self.record.id;
        match self.records.find(id).await {
            Ok(None) if id != super::DEFAULT => self.records.why_gone(id).await.unwrap_or(error),
            Ok(Some(record)) if record.status == Status::Stopped => stopped(id),
            _ => Error::new(ErrorCode::SandboxStopped, format!("the sandbox `{id}` was stopped meanwhile"))
                .suggest("it can be used again: repeat the call"),
        }
    }
}

#[async_trait]
impl Sandbox for Gate {
    fn root(&self) -> &Root {
        self.inner.root()
    }

    async fn exec(&self, request: ExecRequest, chunks: Option<ChunkSender>) -> Result<ExecResult> {
        self.while_open(self.inner.exec(request, chunks)).await
    }

    async fn open_terminal(&self, request: TerminalRequest, line: Line) -> Result<TerminalEnd> {
        self.while_open(self.inner.open_terminal(request, line)).await
    }

    async fn processes(&self) -> Result<Vec<Process>> {
        self.inner.processes().await
    }

    async fn signal(&self, process_id: &str, signal: Signal) -> Result<Process> {
        self.inner.signal(process_id, signal).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

fn stopped(id: &str) -> Error {
    Error::new(ErrorCode::SandboxStopped, format!("the sandbox `{id}` is stopped, so nothing was run"))
        .suggest("start it with `sandbox_start`; its files can be read and written meanwhile")
}
