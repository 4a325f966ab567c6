//! What is remembered of sandboxes over a restart.

mod end;
mod record;

use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use end::{End, Reason};
pub use record::{BASE, Record, Status};

use crate::error::{Error, ErrorCode, Result};
use crate::page::window;
use crate::state::{Process, Store};

/// The records of all sandboxes but the default one. One is *claimed* while a process makes or removes it: nobody
/// else sees it then.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    store: Store,
}

impl Records {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// Claims a sandbox that is about to be made. `false`: there are `most` already.
    pub(crate) async fn begin(&self, record: &Record, most: usize) -> Result<bool> {
        let (id, text, claim) = (record.id.clone(), write(record)?, self.me());
        let insert = "INSERT INTO sandboxes (id, claim, record, used) SELECT ?1, ?2, ?3, ?4
            WHERE (SELECT count(*) FROM sandboxes WHERE NOT pooled) < ?5";
        let (used, most) = (record.created_at, i64::try_from(most).unwrap_or(i64::MAX));
        self.store
            .write(move |state| Ok(state.execute(insert, params![id, claim, text, used, most])? == 1))
            .await
    }

    /// Claims one that nobody has asked for yet.
    pub(crate) async fn begin_pooled(&self, record: &Record) -> Result<()> {
        let (id, text, claim) = (record.id.clone(), write(record)?, self.me());
        let insert = "INSERT INTO sandboxes (id, claim, record, pooled) VALUES (?, ?, ?, 1)";
        self.store.write(move |state| Ok(state.execute(insert, [id, claim, text]).map(drop)?)).await
    }

    /// Gives one that was prepared to everybody. `false`: there are `most` already.
    pub(crate) async fn release_from_pool(&self, record: &Record, most: usize) -> Result<bool> {
        let (id, text, used) = (record.id.clone(), write(record)?, record.created_at);
        let update = "UPDATE sandboxes SET claim = NULL, pooled = 0, record = ?1, used = ?2
            WHERE id = ?3 AND (SELECT count(*) FROM sandboxes WHERE NOT pooled) < ?4";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.store.write(move |state| Ok(state.execute(update, params![text, used, id, most])? == 1)).await
    }

    /// Keeps when one was used.
    pub(crate) async fn touch(&self, id: &str, at: u64) -> Result<()> {
        let id = id.to_owned();
        let update = "UPDATE sandboxes SET used = ? WHERE id = ?";
        self.store.write(move |state| Ok(state.execute(update, params![at, id]).map(drop)?)).await
    }

    /// All that can be used, with the times of their last use.
    pub(crate) async fn load_used(&self) -> Result<Vec<(Record, u64)>> {
        let load = |state: &Connection| {
            let select = "SELECT record, used FROM sandboxes WHERE claim IS NULL";
            let mut statement = state.prepare_cached(select)?;
            let rows =
                statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        };
        let rows = self.store.read(load).await?;
        rows.into_iter().map(|(record, used)| Ok((read(&record)?, used))).collect()
    }

    /// Gives a claimed one to everybody.
    pub(crate) async fn release(&self, record: &Record) -> Result<()> {
        let (id, text) = (record.id.clone(), write(record)?);
        let update = "UPDATE sandboxes SET claim = NULL, record = ? WHERE id = ?";
        self.store.write(move |state| Ok(state.execute(update, [text, id]).map(drop)?)).await
    }

    /// Changes one that can be used; `None` if there is none.
    pub(crate) async fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut Record) + Send + 'static,
    ) -> Result<Option<Record>> {
        let id = id.to_owned();
        let work = move |state: &Connection| {
            let select = "SELECT record FROM sandboxes WHERE id = ? AND claim IS NULL";
            let Some(text) = state.query_row(select, [&id], text).optional()? else { return Ok(None) };
            let mut record = read(&text)?;
            change(&mut record);
            state.execute("UPDATE sandboxes SET record = ? WHERE id = ?", [&write(&record)?, &id])?;
            Ok(Some(record))
        };
        self.store.write(move |state| work(state)).await
    }

    /// Claims one that is about to be removed, and keeps why; `None` if there is none.
    pub(crate) async fn doom(&self, id: &str, end: End) -> Result<Option<Record>> {
        let (id, claim) = (id.to_owned(), self.me());
        let update = "UPDATE sandboxes SET claim = ? WHERE id = ? AND claim IS NULL RETURNING record";
        let doom = move |state: &Connection| {
            let record = state.query_row(update, [&claim, &id], text).optional()?;
            if record.is_some() {
                end.keep(state, &id)?;
            }
            Ok(record)
        };
        self.store.write(move |state| doom(state)).await?.as_deref().map(read).transpose()
    }

    /// Lets one that could not be removed be used again.
    pub(crate) async fn spare(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        let spare = move |state: &Connection| {
            state.execute("UPDATE sandboxes SET claim = NULL WHERE id = ?", [&id])?;
            End::forget(state, &id)
        };
        self.store.write(move |state| spare(state)).await
    }

    /// Why there is no such sandbox any more; `None` if it is not known that there ever was.
    pub(crate) async fn why_gone(&self, id: &str) -> Option<Error> {
        let id = id.to_owned();
        self.store.read(move |state| End::find(state, &id)).await.ok().flatten()
    }

    /// Forgets a claimed one.
    pub(crate) async fn forget(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        let forget = move |state: &Connection| {
            state.execute("DELETE FROM sandboxes WHERE id = ?", [id])?;
            Ok(())
        };
        self.store.write(move |state| forget(state)).await
    }

    /// All that can be used. One that cannot be read is an error that names it: silence would lose a sandbox.
    pub(crate) async fn load(&self) -> Result<Vec<Record>> {
        let load = |state: &Connection| {
            let mut statement = state.prepare_cached("SELECT record FROM sandboxes WHERE claim IS NULL")?;
            Ok(statement.query_map([], text)?.collect::<rusqlite::Result<Vec<_>>>()?)
        };
        self.store.read(load).await?.iter().map(|record| read(record)).collect()
    }

    /// How many can be used.
    pub(crate) async fn count(&self) -> Result<usize> {
        let count = "SELECT count(*) FROM sandboxes WHERE claim IS NULL";
        let count = move |state: &Connection| Ok(state.query_row(count, [], |row| row.get::<_, i64>(0))?);
        Ok(usize::try_from(self.store.read(count).await?).unwrap_or(0))
    }

    /// The newest that can be used, with their numbers; those before a number, if there is one.
    pub(crate) async fn newest(&self, before: Option<u64>, most: usize) -> Result<Vec<(u64, Record)>> {
        let load = move |state: &Connection| {
            let select = "SELECT rowid, record FROM sandboxes
                WHERE claim IS NULL AND rowid < ? ORDER BY rowid DESC LIMIT ?";
            let mut statement = state.prepare_cached(select)?;
            let rows = statement.query_map(window(before, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<(u64, String)>>>()?)
        };
        let rows = self.store.read(load).await?;
        rows.into_iter().map(|(number, record)| Ok((number, read(&record)?))).collect()
    }

    /// One that can be used.
    pub(crate) async fn find(&self, id: &str) -> Result<Option<Record>> {
        let id = id.to_owned();
        let select = "SELECT record FROM sandboxes WHERE id = ? AND claim IS NULL";
        let find = move |state: &Connection| Ok(state.query_row(select, [id], text).optional()?);
        self.store.read(find).await?.as_deref().map(read).transpose()
    }

    /// Takes over what dead processes were making or removing; it is to be removed.
    pub(crate) async fn take_over(&self) -> Result<Vec<Record>> {
        let me = self.me();
        let take = move |state: &Connection| {
            let mut found = Vec::new();
            for dead in Process::dead(state)? {
                let update = "UPDATE sandboxes SET claim = ? WHERE claim = ? RETURNING record";
                let mut statement = state.prepare(update)?;
                for record in statement.query_map([&me, &dead], text)? {
                    found.push(record?);
                }
            }
            Ok(found)
        };
        let found = self.store.write(move |state| take(state)).await?;
        found.iter().map(|record| read(record)).collect()
    }

    fn me(&self) -> String {
        self.store.process().id().to_owned()
    }
}

fn text(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn write(record: &Record) -> Result<String> {
    serde_json::to_string(record).map_err(|error| {
        Error::new(ErrorCode::InvalidArgument, format!("the sandbox cannot be remembered: {error}"))
    })
}

fn read(text: &str) -> Result<Record> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorCode::StateBroken, format!("the record of a sandbox cannot be read: {error}: {text}"))
            .suggest("put back a copy of the file of state")
    })
}
