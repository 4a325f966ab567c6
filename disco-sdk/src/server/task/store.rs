//! Where tasks are kept.

use std::sync::Arc;

use super::TaskRecord;
use crate::error::Result;
use crate::server::BoxFuture;

/// Where tasks are kept. [`MemoryTasks`](super::MemoryTasks) is one; another may keep them in a
/// database, so that their results outlive the process and other replicas find them.
///
/// One process writes a task: the one that runs it, one write after the other. A task that is neither
/// terminal nor running anywhere, because its process died, is for the store to end: set its state to
/// [`TaskState::Cancelled`](super::TaskState::Cancelled) when the process begins anew.
///
/// ```
/// use std::sync::Arc;
///
/// use disco_sdk::server::task::{MemoryTasks, TaskPage, TaskRecord, TaskStore};
/// use disco_sdk::{BoxFuture, Result, Server};
///
/// /// Keeps tasks in memory, and tells of each.
/// #[derive(Default)]
/// struct Told(MemoryTasks);
///
/// impl TaskStore for Told {
///     fn create(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>> {
///         eprintln!("{} has begun", task.id);
///         self.0.create(task)
///     }
///
///     fn update(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>> {
///         eprintln!("{} is {:?}", task.id, task.state.status());
///         self.0.update(task)
///     }
///
///     fn get<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<TaskRecord>>>> {
///         self.0.get(id)
///     }
///
///     fn list<'a>(&'a self, owner: &'a str, cursor: Option<&'a str>, most: usize) -> BoxFuture<'a, Result<TaskPage>> {
///         self.0.list(owner, cursor, most)
///     }
/// }
///
/// let server = Server::new("demo", "1.0.0").tasks(Told::default());
/// ```
pub trait TaskStore: Send + Sync + 'static {
    /// Keeps a new task. Once this has come back, [`TaskStore::get`] finds it, on every replica.
    ///
    /// # Errors
    /// When it cannot be kept: then there is no task, and the call is answered with this error.
    fn create(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>>;

    /// Keeps how a task stands now.
    ///
    /// # Errors
    /// When that failed. It is logged, and the task goes on.
    fn update(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>>;

    /// The task of this name. One that [is expired](TaskRecord::is_expired) may be forgotten.
    ///
    /// # Errors
    /// When the store cannot say.
    fn get<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<TaskRecord>>>>;

    /// The tasks of `owner` in the order in which they began, at most `most`, from where the page
    /// before ended.
    ///
    /// # Errors
    /// `-32602` for a cursor that is none of this store; when the store cannot say.
    fn list<'a>(
        &'a self,
        owner: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> BoxFuture<'a, Result<TaskPage>>;
}

/// Some of the tasks of an owner.
#[derive(Clone, Debug, Default)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Arc<TaskRecord>>,
    /// Where the next page begins, in the words of the store; `None`: this is the last.
    pub next: Option<String>,
}
