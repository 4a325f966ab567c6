//! What is remembered of snapshots, and of workspaces whose files are being replaced.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::SnapshotInfo;
use super::replace::Phase;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::store::Record;
use crate::state::{Process, Store};

/// A snapshot as it is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) info: SnapshotInfo,
    /// The sandbox as it was.
    pub(crate) of: Record,
}

/// The snapshots. One is *claimed* while a process makes or removes it: nobody else sees it then.
#[derive(Debug, Clone)]
pub(crate) struct Snapshots {
    pub(super) store: Store,
}

impl Snapshots {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// The folder of all of them.
    pub(crate) fn folders(&self) -> PathBuf {
        self.store.folder().join("snapshots")
    }

    /// The folder with the files.
    pub(crate) fn folder(&self, id: &str) -> PathBuf {
        self.folders().join(id)
    }

    /// Claims one that is about to be made, and tells how many bytes it may have.
    pub(super) async fn begin(&self, kept: &Kept, most: usize, most_bytes: u64) -> Result<u64> {
        let (id, text, me) = (kept.info.snapshot_id.clone(), write(kept)?, self.me());
        let begin = move |state: &Connection| {
            let sum = "SELECT count(*), coalesce(sum(bytes), 0) FROM snapshots";
            let (count, bytes): (usize, u64) =
                state.query_row(sum, [], |row| Ok((row.get::<_, u32>(0)? as usize, row.get(1)?)))?;
            if count >= most || bytes >= most_bytes {
                let what = format!("there are {count} snapshots with {} MiB", bytes >> 20);
                return Err(Error::new(
                    ErrorCode::SnapshotLimit,
                    format!("{what} already, the most allowed"),
                )
                .suggest("delete one with `snapshot_delete`, or raise `max_snapshots` or `snapshot_mb`"));
            }
            let insert = "INSERT INTO snapshots (id, claim, bytes, record) VALUES (?, ?, 0, ?)";
            state.execute(insert, [id, me, text])?;
            Ok(most_bytes - bytes)
        };
        self.store.write(move |state| begin(state)).await
    }

    /// Gives a claimed one to everybody.
    pub(super) async fn release(&self, kept: &Kept) -> Result<()> {
        let (id, bytes, text) = (kept.info.snapshot_id.clone(), kept.info.bytes, write(kept)?);
        let update = "UPDATE snapshots SET claim = NULL, bytes = ?, record = ? WHERE id = ?";
        self.store.write(move |state| Ok(state.execute(update, params![bytes, text, id]).map(drop)?)).await
    }

    /// Claims one that is about to be removed; `None` if there is none.
    pub(super) async fn claim(&self, id: &str) -> Result<Option<Kept>> {
        let (id, me) = (id.to_owned(), self.me());
        let update = "UPDATE snapshots SET claim = ? WHERE id = ? AND claim IS NULL RETURNING record";
        let claim = move |state: &Connection| Ok(state.query_row(update, [me, id], text).optional()?);
        self.store.write(move |state| claim(state)).await?.as_deref().map(read).transpose()
    }

    /// Forgets a claimed one.
    pub(super) async fn forget(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        let delete = "DELETE FROM snapshots WHERE id = ?";
        self.store.write(move |state| Ok(state.execute(delete, [id]).map(drop)?)).await
    }

    pub(crate) async fn find(&self, id: &str) -> Result<Option<Kept>> {
        let id = id.to_owned();
        let select = "SELECT record FROM snapshots WHERE id = ? AND claim IS NULL";
        let find = move |state: &Connection| Ok(state.query_row(select, [id], text).optional()?);
        self.store.read(find).await?.as_deref().map(read).transpose()
    }

    /// The newest before a number, so many at most, with their numbers; of one sandbox if it is named.
    pub(super) async fn list(
        &self,
        of: Option<String>,
        [before, most]: [i64; 2],
    ) -> Result<Vec<(u64, SnapshotInfo)>> {
        let list = move |state: &Connection| {
            let select = "SELECT rowid, record FROM snapshots WHERE claim IS NULL AND rowid < ?1
                AND (?2 IS NULL OR record ->> '$.info.sandbox_id' = ?2) ORDER BY rowid DESC LIMIT ?3";
            let mut statement = state.prepare_cached(select)?;
            let rows =
                statement.query_map(params![before, of, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<Vec<(u64, String)>>>()?)
        };
        let rows = self.store.read(list).await?;
        rows.into_iter().map(|(number, record)| Ok((number, read(&record)?.info))).collect()
    }

    /// Takes over what dead processes were making or removing: it is to be removed.
    pub(super) async fn take_over(&self) -> Result<Vec<String>> {
        let me = self.me();
        let take = move |state: &Connection| {
            let mut found = Vec::new();
            for dead in Process::dead(state)? {
                let update = "UPDATE snapshots SET claim = ? WHERE claim = ? RETURNING id";
                let mut statement = state.prepare_cached(update)?;
                let ids = statement.query_map([&me, &dead], text)?;
                found.extend(ids.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            Ok(found)
        };
        self.store.write(move |state| take(state)).await
    }

    /// Keeps how far the replacing of a workspace's files is.
    pub(super) async fn replacing(&self, stage: &str, workspace: &Path, phase: Phase) -> Result<()> {
        let (stage, me) = (stage.to_owned(), self.me());
        let workspace = workspace.to_string_lossy().into_owned();
        let insert = "INSERT OR REPLACE INTO restores (stage, process, workspace, phase) VALUES (?, ?, ?, ?)";
        let values = [stage, me, workspace, phase.word().to_owned()];
        self.store.write(move |state| Ok(state.execute(insert, values).map(drop)?)).await
    }

    pub(super) async fn replaced(&self, stage: &str) -> Result<()> {
        let stage = stage.to_owned();
        let delete = "DELETE FROM restores WHERE stage = ?";
        self.store.write(move |state| Ok(state.execute(delete, [stage]).map(drop)?)).await
    }

    /// Takes over what dead processes were replacing: it is to be brought to its end.
    pub(super) async fn take_over_replacing(&self) -> Result<Vec<(String, PathBuf, Phase)>> {
        let me = self.me();
        let take = move |state: &Connection| {
            let mut found = Vec::new();
            for dead in Process::dead(state)? {
                let update =
                    "UPDATE restores SET process = ? WHERE process = ? RETURNING stage, workspace, phase";
                let mut statement = state.prepare_cached(update)?;
                let restore = |row: &Row<'_>| {
                    let (workspace, phase): (String, String) = (row.get(1)?, row.get(2)?);
                    Ok((row.get(0)?, PathBuf::from(workspace), Phase::of(&phase)))
                };
                let all = statement.query_map([&me, &dead], restore)?;
                found.extend(all.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            Ok(found)
        };
        self.store.write(move |state| take(state)).await
    }

    fn me(&self) -> String {
        self.store.process().id().to_owned()
    }
}

fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn write(kept: &Kept) -> Result<String> {
    serde_json::to_string(kept).map_err(Error::internal)
}

fn read(text: &str) -> Result<Kept> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(
            ErrorCode::StateBroken,
            format!("the record of a snapshot cannot be read: {error}: {text}"),
        )
        .suggest("put back a copy of the file of state")
    })
}
