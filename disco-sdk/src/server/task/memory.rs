//! Tasks kept in memory, within bounds.

use std::collections::{BTreeMap, HashMap};
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{TaskPage, TaskRecord, TaskStore};
use crate::error::{Error, ErrorCode, Result};
use crate::server::BoxFuture;

/// Keeps tasks in memory, until their time is over.
///
/// Its bounds are how many tasks it keeps (4,096), and how many bytes their results have together
/// (64 MiB). Where they are passed, the tasks that were done first are forgotten early; where none is
/// done, no more are begun.
///
/// ```
/// use disco_sdk::Server;
/// use disco_sdk::server::task::MemoryTasks;
/// let server = Server::new("demo", "1.0.0").tasks(MemoryTasks::new(100, 1 << 20));
/// ```
#[derive(Debug)]
pub struct MemoryTasks {
    most: usize,
    most_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By the order in which they began.
    tasks: BTreeMap<u64, Slot>,
    numbers: HashMap<String, u64>,
    next: u64,
    /// Those that are done, by the order in which they were.
    done: BTreeMap<u64, u64>,
    next_done: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Slot {
    task: Arc<TaskRecord>,
    ends: Instant,
    /// As which of all it was done.
    done: Option<u64>,
}

impl Default for MemoryTasks {
    fn default() -> Self {
        Self::new(4096, 64 << 20)
    }
}

impl MemoryTasks {
    /// Keeps at most so many tasks, with results of at most so many bytes together.
    #[must_use]
    pub fn new(most: usize, most_bytes: usize) -> Self {
        Self { most, most_bytes, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget_expired();
        kept
    }

    fn keep(&self, task: Arc<TaskRecord>) -> Result<()> {
        let mut kept = self.lock();
        while kept.tasks.len() >= self.most {
            if !kept.forget_done() {
                let words = format!("this server keeps {} tasks already, and none is done", self.most);
                return Err(Error::protocol(ErrorCode::BUSY, words).with_suggestion("try again later"));
            }
        }
        let number = kept.next;
        kept.next += 1;
        kept.bytes += task.size();
        kept.numbers.insert(task.id.clone(), number);
        let ends = Instant::now() + Duration::from_millis(task.ttl);
        kept.tasks.insert(number, Slot { task, ends, done: None });
        kept.note_done(number);
        Ok(())
    }

    fn replace(&self, task: Arc<TaskRecord>) {
        let mut kept = self.lock();
        let kept = &mut *kept;
        let Some(number) = kept.numbers.get(&task.id).copied() else {
            return;
        };
        let Some(slot) = kept.tasks.get_mut(&number) else {
            return;
        };
        kept.bytes = kept.bytes - slot.task.size() + task.size();
        slot.task = task;
        kept.note_done(number);
        while kept.bytes > self.most_bytes && kept.forget_done() {}
    }

    fn page(&self, owner: &str, cursor: Option<&str>, most: usize) -> Result<TaskPage> {
        let first = cursor.map_or(Ok(0), str::parse::<u64>).map_err(|_| {
            let pointer = "/params/cursor";
            Error::invalid_params(format!("{pointer}: not a cursor of this list; begin again without one"))
                .with_data("pointer", pointer)
        })?;
        let kept = self.lock();
        let mut of_owner = kept.tasks.range(first..).filter(|(_, slot)| slot.task.owner == owner);
        let tasks = of_owner.by_ref().take(most.max(1)).map(|(_, slot)| Arc::clone(&slot.task)).collect();
        let next = of_owner.next().map(|(number, _)| number.to_string());
        Ok(TaskPage { tasks, next })
    }
}

impl Kept {
    fn forget(&mut self, number: u64) {
        if let Some(slot) = self.tasks.remove(&number) {
            self.numbers.remove(&slot.task.id);
            slot.done.map(|done| self.done.remove(&done));
            self.bytes -= slot.task.size();
        }
    }

    fn forget_expired(&mut self) {
        let now = Instant::now();
        let expired = self.tasks.iter().filter(|(_, slot)| slot.ends <= now);
        let expired: Vec<u64> = expired.map(|(number, _)| *number).collect();
        for number in expired {
            self.forget(number);
        }
    }

    /// Takes down that a task is done, if it is and was not.
    fn note_done(&mut self, number: u64) {
        if let Some(slot) = self.tasks.get_mut(&number)
            && slot.task.is_terminal()
            && slot.done.is_none()
        {
            slot.done = Some(self.next_done);
            self.done.insert(self.next_done, number);
            self.next_done += 1;
        }
    }

    /// Forgets the task that was done first, if any is done.
    fn forget_done(&mut self) -> bool {
        let first = self.done.pop_first();
        if let Some((_, number)) = first {
            self.forget(number);
        }
        first.is_some()
    }
}

impl TaskStore for MemoryTasks {
    fn create(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>> {
        Box::pin(ready(self.keep(task)))
    }

    fn update(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, Result<()>> {
        self.replace(task);
        Box::pin(ready(Ok(())))
    }

    fn get<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Arc<TaskRecord>>>> {
        let kept = self.lock();
        let slot = kept.numbers.get(id).and_then(|number| kept.tasks.get(number));
        Box::pin(ready(Ok(slot.map(|slot| Arc::clone(&slot.task)))))
    }

    fn list<'a>(
        &'a self,
        owner: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> BoxFuture<'a, Result<TaskPage>> {
        Box::pin(ready(self.page(owner, cursor, most)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::super::TaskState;
    use super::*;

    fn task(id: &str, owner: &str) -> TaskRecord {
        TaskRecord::new(id.into(), owner.into(), Duration::from_mins(1), Duration::from_secs(1))
    }

    fn done(id: &str, size: usize) -> Arc<TaskRecord> {
        let result = RawValue::from_string(format!("\"{}\"", "x".repeat(size - 2))).unwrap();
        let state = TaskState::Completed { result, is_error: false };
        Arc::new(TaskRecord { state, ..task(id, "o") })
    }

    async fn has(store: &MemoryTasks, id: &str) -> bool {
        store.get(id).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn what_is_done_makes_room_and_what_runs_does_not() {
        let store = MemoryTasks::new(2, 100);
        for id in ["a", "b"] {
            store.create(Arc::new(task(id, "o"))).await.unwrap();
        }
        assert_eq!(store.create(Arc::new(task("c", "o"))).await.unwrap_err().code(), ErrorCode::BUSY);
        store.update(done("b", 10)).await.unwrap();
        store.create(Arc::new(task("c", "o"))).await.unwrap();
        assert!(has(&store, "a").await && !has(&store, "b").await && has(&store, "c").await);
    }

    #[tokio::test]
    async fn the_task_that_was_done_first_goes_first_whenever_it_began() {
        let store = MemoryTasks::new(3, 100);
        for id in ["a", "b", "c"] {
            store.create(Arc::new(task(id, "o"))).await.unwrap();
        }
        for id in ["c", "a", "b"] {
            store.update(done(id, 10)).await.unwrap();
        }
        store.update(done("c", 20)).await.unwrap();
        for (new, gone) in [("d", "c"), ("e", "a"), ("f", "b")] {
            assert!(has(&store, gone).await);
            store.create(Arc::new(task(new, "o"))).await.unwrap();
            assert!(!has(&store, gone).await, "{gone} was done first");
        }
        assert!(store.lock().done.is_empty());
    }

    #[tokio::test]
    async fn results_are_bounded_together() {
        let store = MemoryTasks::new(9, 100);
        for id in ["a", "b", "c"] {
            store.create(Arc::new(task(id, "o"))).await.unwrap();
        }
        store.update(done("a", 60)).await.unwrap();
        store.update(done("b", 40)).await.unwrap();
        assert!(has(&store, "a").await && has(&store, "b").await);
        store.update(done("c", 50)).await.unwrap();
        assert!(!has(&store, "a").await && has(&store, "b").await && has(&store, "c").await);
    }

    #[tokio::test]
    async fn a_task_is_forgotten_when_its_time_is_over() {
        let store = MemoryTasks::default();
        store.create(Arc::new(TaskRecord { ttl: 0, ..task("a", "o") })).await.unwrap();
        store.create(Arc::new(task("b", "o"))).await.unwrap();
        assert!(!has(&store, "a").await && has(&store, "b").await);
        assert_eq!(store.lock().numbers.len(), 1);
    }

    #[tokio::test]
    async fn pages_have_the_tasks_of_one_owner_in_order() {
        let store = MemoryTasks::default();
        for (id, owner) in [("a", "o"), ("b", "p"), ("c", "o"), ("d", "o")] {
            store.create(Arc::new(task(id, owner))).await.unwrap();
        }
        let ids = |page: &TaskPage| page.tasks.iter().map(|task| task.id.clone()).collect::<Vec<_>>();
        let first = store.list("o", None, 2).await.unwrap();
        assert_eq!(ids(&first), ["a", "c"]);
        let second = store.list("o", first.next.as_deref(), 2).await.unwrap();
        assert_eq!((ids(&second), second.next), (vec!["d".to_owned()], None));
        assert_eq!(store.list("o", Some("?"), 2).await.unwrap_err().code(), ErrorCode::INVALID_PARAMS);
    }
}
