//! The tasks of a server: those that run in this process, and the store of all.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::Notify;

use super::super::key::random_bytes;
use super::super::notifier::Notifier;
use super::{ENGINE, Engine, Live, MemoryTasks, Owner, TaskRecord, TaskStore};
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::version::Version;
use crate::transport::Limits;

/// The tasks of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tasks(Arc<Inner>);

struct Inner {
    /// [`MemoryTasks`], as soon as there is one to keep, unless there is another.
    store: OnceLock<Arc<dyn TaskStore>>,
    notifier: Notifier,
    most: usize,
    most_of_one: usize,
    ttl: Duration,
    poll: Duration,
    live: Mutex<HashMap<String, Arc<Live>>>,
    has_ended: Notify,
    /// How many transports are being served.
    served: AtomicUsize,
    /// What is done for them, once there was one.
    engine: OnceLock<&'static dyn Engine>,
}

/// A task that runs: it counts until this is dropped.
pub(crate) struct Hold {
    tasks: Tasks,
    live: Arc<Live>,
}

impl Tasks {
    pub(crate) fn new(store: Option<Arc<dyn TaskStore>>, limits: &Limits, notifier: Notifier) -> Self {
        Self(Arc::new(Inner {
            store: store.map_or_else(OnceLock::new, OnceLock::from),
            notifier,
            most: limits.tasks,
            most_of_one: limits.tasks_per_caller,
            ttl: limits.task_ttl,
            poll: limits.task_poll,
            live: Mutex::default(),
            has_ended: Notify::new(),
            served: AtomicUsize::new(0),
            engine: OnceLock::new(),
        }))
    }

    pub(super) fn store(&self) -> &dyn TaskStore {
        &**self.0.store.get_or_init(|| Arc::new(MemoryTasks::default()))
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, Arc<Live>>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is done for them, if there ever was one.
    pub(crate) fn engine(&self) -> Option<&'static dyn Engine> {
        self.0.engine.get().copied()
    }

    /// Begins a task: the store has it when this comes back.
    ///
    /// # Errors
    /// `-32000` when there are as many as there may be, and whatever the store says.
    pub(super) async fn begin(
        &self,
        version: Version,
        owner: &Owner,
        ttl: Option<Duration>,
    ) -> Result<(Arc<Live>, Hold)> {
        let is_known = owner.is_known();
        let owner = owner.name().ok_or_else(|| {
            Error::protocol(ErrorCode::INVALID_REQUEST, "there is no session to keep a task for")
                .with_suggestion("begin with `initialize`, and send the `Mcp-Session-Id` of its answer")
        })?;
        let id = URL_SAFE_NO_PAD.encode(&random_bytes()?[..24]);
        let ttl = ttl.map_or(self.0.ttl, |asked| asked.min(self.0.ttl));
        let record = TaskRecord::new(id.clone(), owner, ttl, self.0.poll);
        let live = Arc::new(Live::new(version, record, self.0.notifier.clone()));
        {
            let mut table = self.live();
            if table.len() >= self.0.most {
                let words = format!("this server runs {} tasks already", self.0.most);
                return Err(Error::protocol(ErrorCode::BUSY, words).with_suggestion("try again later"));
            }
            let most = self.0.most_of_one;
            let of_owner = table.values().filter(|other| other.record().owner == live.record().owner);
            if is_known && of_owner.count() >= most {
                let words = format!("{most} tasks of this caller are running already");
                return Err(Error::protocol(ErrorCode::BUSY, words).with_suggestion("wait for one of them"));
            }
            table.insert(id, Arc::clone(&live));
        }
        self.0.engine.get_or_init(|| ENGINE);
        let hold = Hold { tasks: self.clone(), live: Arc::clone(&live) };
        self.store().create(live.record()).await?;
        Ok((live, hold))
    }

    /// The task of this name, if it runs in this process and is the owner's.
    pub(super) fn running(&self, id: &str, owner: &Owner) -> Option<Arc<Live>> {
        let live = self.live().get(id).cloned();
        live.filter(|live| owner.owns(&live.record().owner))
    }

    /// The task of this name as it is now, if it is the owner's.
    ///
    /// # Errors
    /// `-32602` if there is none, and whatever the store says.
    pub(super) async fn get(&self, id: &str, owner: &Owner) -> Result<Arc<TaskRecord>> {
        if let Some(live) = self.running(id, owner) {
            return Ok(live.record());
        }
        let kept = self.store().get(id).await?;
        let kept = kept.filter(|task| owner.owns(&task.owner) && !task.is_expired());
        kept.ok_or_else(unknown)
    }

    /// The newest of what the process and the store know of a task.
    pub(super) fn fresh(&self, record: Arc<TaskRecord>) -> Arc<TaskRecord> {
        self.live().get(&record.id).map_or(record, |live| live.record())
    }

    /// Puts down how a task stands.
    pub(super) async fn save(&self, record: Arc<TaskRecord>) {
        let id = record.id.clone();
        if let Err(error) = self.store().update(record).await {
            tracing::error!(task = id, %error, "how a task stands could not be kept");
        }
    }

    /// A transport is being served from here on.
    #[cfg_attr(
        not(any(feature = "stdio", feature = "http")),
        expect(dead_code, reason = "what is served in memory has no end")
    )]
    pub(crate) fn open(&self) {
        self.0.served.fetch_add(1, Ordering::AcqRel);
    }

    /// A transport has ended. With the last one every task that still runs is cancelled; the store
    /// has `within` to take that in.
    #[cfg_attr(
        not(any(feature = "stdio", feature = "http")),
        expect(dead_code, reason = "what is served in memory has no end")
    )]
    pub(crate) async fn close(&self, within: Duration) {
        if self.0.served.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        if let Some(engine) = self.engine() {
            engine.cancel_all(self, within).await;
        }
    }

    /// Cancels every task that still runs; the store has `within` to take that in.
    pub(super) async fn cancel_all(&self, within: Duration) {
        let running: Vec<Arc<Live>> = self.live().values().cloned().collect();
        for live in &running {
            live.cancel("the server has stopped");
        }
        let all = async {
            loop {
                let ended = self.0.has_ended.notified();
                tokio::pin!(ended);
                ended.as_mut().enable();
                if self.live().is_empty() {
                    return;
                }
                ended.await;
            }
        };
        if tokio::time::timeout(within, all).await.is_err() {
            tracing::warn!("tasks could not be put down as cancelled in time");
        }
    }
}

fn unknown() -> Error {
    let pointer = "/params/taskId";
    Error::invalid_params(format!(
        "{pointer}: there is no such task: it was never there, or its time is over"
    ))
    .with_data("pointer", pointer)
}

impl Hold {
    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Takes the task off the table, cancelled if it still ran.
    pub(super) fn release(&self) {
        let record = self.live.record();
        self.tasks.live().remove(&record.id);
        if self.live.cancel("the call was given up")
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (tasks, record) = (self.tasks.clone(), self.live.record());
            runtime.spawn(async move { tasks.save(record).await });
        }
        self.tasks.0.has_ended.notify_waiters();
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(engine) = self.tasks.engine() {
            engine.release(self);
        }
    }
}
