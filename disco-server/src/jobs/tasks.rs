//! Where the calls are kept that clients have made tasks of: their results outlive the process.

use std::sync::Arc;

use disco_sdk::server::task::{TaskPage, TaskRecord, TaskState, TaskStore};
use disco_sdk::{BoxFuture, ErrorCode};
use rusqlite::{Connection, OptionalExtension, params};

use super::records::to_usize;
use super::run::now_ms;
use crate::error::{Error, Result};
use crate::state::{Process, Store};

/// How many tasks are kept. Where there are more, those that were done first are forgotten early; where none is
/// done, no more are begun.
const MOST: usize = 4096;

/// Tasks in the file of state.
#[derive(Debug, Clone)]
pub struct DurableTasks {
    store: Store,
}

impl DurableTasks {
    /// The tasks in this file. Those that dead processes ran are cancelled, which is told.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn open(store: Store) -> Result<Self> {
        store.write(|state| end_those_of_the_dead(state)).await?;
        Ok(Self { store })
    }
}

fn end_those_of_the_dead(state: &Connection) -> Result<()> {
    for dead in Process::dead(state)? {
        let mut select = state.prepare("SELECT record FROM tasks WHERE process = ?")?;
        let records = select.query_map([&dead], |row| row.get::<_, String>(0))?;
        for record in records.collect::<rusqlite::Result<Vec<_>>>()? {
            let mut task = read(&record)?;
            task.state = TaskState::Cancelled;
            task.message = Some("the process of the server that ran it was killed or has crashed".to_owned());
            task.updated = now_ms();
            update(state, &task)?;
        }
    }
    Ok(())
}

fn create(state: &Connection, me: &str, task: &TaskRecord) -> Result<bool> {
    state.execute("DELETE FROM tasks WHERE process IS NULL AND expires <= ?", [now_ms()])?;
    let count = |state: &Connection| {
        state.query_row("SELECT count(*) FROM tasks", [], |row| row.get::<_, i64>(0)).map(to_usize)
    };
    if count(state)? >= MOST {
        let oldest = "DELETE FROM tasks WHERE number = (SELECT min(number) FROM tasks WHERE process IS NULL)";
        state.execute(oldest, [])?;
        if count(state)? >= MOST {
            return Ok(false);
        }
    }
    let insert = "INSERT INTO tasks (id, owner, process, expires, record) VALUES (?, ?, ?, ?, ?)";
    let expires = task.created.saturating_add(task.ttl).min(i64::MAX as u64);
    state.execute(insert, params![task.id, task.owner, me, expires, write(task)?])?;
    Ok(true)
}

fn update(state: &Connection, task: &TaskRecord) -> Result<()> {
    let update = "UPDATE tasks SET record = ?, process = CASE WHEN ? THEN NULL ELSE process END WHERE id = ?";
    state.execute(update, params![write(task)?, task.is_terminal(), task.id])?;
    Ok(())
}

fn page(state: &Connection, owner: &str, after: i64, most: usize) -> Result<TaskPage> {
    let select = "SELECT number, record FROM tasks WHERE owner = ? AND number > ? ORDER BY number LIMIT ?";
    let mut statement = state.prepare_cached(select)?;
    let limit = i64::try_from(most.max(1)).unwrap_or(i64::MAX).saturating_add(1);
    let rows = statement.query_map(params![owner, after, limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let is_cut = rows.len() > most.max(1);
    rows.truncate(most.max(1));
    let next = rows.last().filter(|_| is_cut).map(|(number, _)| number.to_string());
    let tasks = rows.iter().map(|(_, record)| read(record).map(Arc::new)).collect::<Result<_>>()?;
    let mut page = TaskPage::default();
    (page.tasks, page.next) = (tasks, next);
    Ok(page)
}

fn read(text: &str) -> Result<TaskRecord> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn write(task: &TaskRecord) -> Result<String> {
    serde_json::to_string(task).map_err(Error::internal)
}

impl TaskStore for DurableTasks {
    fn create(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, disco_sdk::Result<()>> {
        let me = self.store.process().id().to_owned();
        Box::pin(async move {
            if self.store.write(move |state| create(state, &me, &task)).await? {
                return Ok(());
            }
            let words = format!("this server keeps {MOST} tasks already, and none is done");
            Err(disco_sdk::Error::protocol(ErrorCode::BUSY, words).with_suggestion("try again later"))
        })
    }

    fn update(&self, task: Arc<TaskRecord>) -> BoxFuture<'_, disco_sdk::Result<()>> {
        Box::pin(async move { Ok(self.store.write(move |state| update(state, &task)).await?) })
    }

    fn get<'a>(&'a self, id: &'a str) -> BoxFuture<'a, disco_sdk::Result<Option<Arc<TaskRecord>>>> {
        let id = id.to_owned();
        let find = move |state: &Connection| {
            let select = "SELECT record FROM tasks WHERE id = ?";
            let found = state.query_row(select, [id], |row| row.get::<_, String>(0)).optional()?;
            found.as_deref().map(read).transpose()
        };
        Box::pin(async move { Ok(self.store.read(find).await?.map(Arc::new)) })
    }

    fn list<'a>(
        &'a self,
        owner: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> BoxFuture<'a, disco_sdk::Result<TaskPage>> {
        let after = cursor.map_or(Ok(0), str::parse::<i64>);
        let owner = owner.to_owned();
        Box::pin(async move {
            let after = after.map_err(|_| {
                let pointer = "/params/cursor";
                let words = format!("{pointer}: not a cursor of this list; begin again without one");
                disco_sdk::Error::invalid_params(words).with_data("pointer", pointer)
            })?;
            Ok(self.store.read(move |state| page(state, &owner, after, most)).await?)
        })
    }
}
