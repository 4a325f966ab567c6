//! What is known of terminals, also of those that are closed: in the file of state.

use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};
use crate::moment;
use crate::page::window;
use crate::sandbox::Size;
use crate::state::{Process, Store};

/// How many terminals that are closed are remembered.
const KEPT: u32 = 1000;

/// What callers are told of a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TerminalInfo {
    /// The handle to give to the other tools.
    pub terminal_id: String,
    /// The sandbox that its command runs in.
    pub sandbox_id: String,
    /// What was started on it.
    pub command: String,
    /// How large it is.
    #[serde(flatten)]
    pub size: Size,
    /// Whether its command runs.
    pub is_open: bool,
    /// When it was opened, as in `2026-11-21T12:00:00Z`.
    pub opened_at: String,
    /// When its command ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    /// Why its command has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The exit code of its command, if that ended by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The resource that is its recording, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_uri: Option<String>,
}

/// A terminal in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedTerminal {
    /// What is told of it.
    #[serde(flatten)]
    pub info: TerminalInfo,
    /// The process of the server that has it.
    pub process: String,
    /// Whether that is the one that tells this. Only it can read the terminal and type at it.
    pub is_own: bool,
}

impl TerminalInfo {
    /// Its command has ended, and this is why.
    pub(super) fn end(&mut self, reason: String, exit_code: Option<i32>) {
        self.is_open = false;
        self.closed_at = Some(moment::now());
        self.reason = Some(reason);
        self.exit_code = exit_code;
    }

    /// The error for whoever asks something of it that only an open one can do.
    pub(super) fn closed(&self) -> Error {
        let (id, reason) = (&self.terminal_id, self.reason.as_deref().unwrap_or("it was closed"));
        let at = self.closed_at.as_deref().map_or_else(String::new, |at| format!(" at {at}"));
        Error::new(ErrorCode::TerminalClosed, format!("the terminal `{id}` is closed{at}: {reason}"))
            .suggest("open another with `terminal_open`")
    }
}

pub(super) fn not_found(id: &str) -> Error {
    Error::new(ErrorCode::TerminalNotFound, format!("there is no terminal `{}`", id.escape_debug()))
        .suggest("list them with `terminal_list`")
}

/// The table.
#[derive(Debug, Clone)]
pub(super) struct Records {
    store: Store,
}

impl Records {
    /// The terminals of processes that are dead are closed.
    pub(super) async fn open(store: Store) -> Result<Self> {
        store.write(|state| close_those_of_the_dead(state)).await?;
        Ok(Self { store })
    }

    /// A terminal was opened by this process.
    pub(super) async fn add(&self, info: &TerminalInfo) -> Result<()> {
        let (id, record, me) = (info.terminal_id.clone(), text(info)?, self.store.process().id().to_owned());
        let add = move |state: &Connection| {
            let insert = "INSERT INTO terminals (id, process, record) VALUES (?, ?, ?)";
            state.execute(insert, params![id, me, record])?;
            let forget = "DELETE FROM terminals WHERE process IS NULL AND number <= \
                (SELECT number FROM terminals WHERE process IS NULL ORDER BY number DESC LIMIT 1 OFFSET ?)";
            state.execute(forget, [KEPT])?;
            Ok(())
        };
        self.store.write(move |state| add(state)).await
    }

    /// A terminal is closed.
    pub(super) async fn close(&self, info: &TerminalInfo) -> Result<()> {
        let (id, record) = (info.terminal_id.clone(), text(info)?);
        self.store.write(move |state| update(state, &id, &record)).await
    }

    /// Something has changed of an open terminal.
    pub(super) async fn keep(&self, info: &TerminalInfo) -> Result<()> {
        let (id, record) = (info.terminal_id.clone(), text(info)?);
        let keep = "UPDATE terminals SET record = ? WHERE id = ? AND process IS NOT NULL";
        self.store.write(move |state| Ok(state.execute(keep, [record, id]).map(drop)?)).await
    }

    /// Those that other processes have open.
    pub(super) async fn elsewhere(&self) -> Result<Vec<ListedTerminal>> {
        self.store.write(|state| close_those_of_the_dead(state)).await?;
        let me = self.own_process().to_owned();
        let list = move |state: &Connection| {
            let select = "SELECT record, process FROM terminals WHERE process IS NOT NULL AND process <> ?";
            let mut statement = state.prepare_cached(select)?;
            let rows = statement.query_map([me], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let rows: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
            let listed = |(record, process): (String, String)| {
                Ok(ListedTerminal { info: read(&record)?, process, is_own: false })
            };
            rows.into_iter().map(listed).collect()
        };
        self.store.read(list).await
    }

    /// Those of a sandbox that were opened before one of this number, the newest first, with their numbers.
    pub(super) async fn history(
        &self,
        sandbox: &str,
        before: Option<u64>,
        most: usize,
    ) -> Result<Vec<(u64, TerminalInfo)>> {
        self.store.write(|state| close_those_of_the_dead(state)).await?;
        let (sandbox, [before, most]) = (sandbox.to_owned(), window(before, most));
        let list = move |state: &Connection| {
            let select = "SELECT number, record FROM terminals \
                WHERE json_extract(record, '$.sandbox_id') = ? AND number < ? ORDER BY number DESC LIMIT ?";
            let mut statement = state.prepare_cached(select)?;
            let rows =
                statement.query_map(params![sandbox, before, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let rows: Vec<(u64, String)> = rows.collect::<rusqlite::Result<_>>()?;
            rows.into_iter().map(|(number, record)| Ok((number, read(&record)?))).collect()
        };
        self.store.read(list).await
    }

    /// The name of this process.
    pub(super) fn own_process(&self) -> &str {
        self.store.process().id()
    }

    /// One that this process does not have: how it was closed, or that nobody knows it.
    pub(super) async fn why_not_here(&self, id: &str) -> Result<Error> {
        self.store.write(|state| close_those_of_the_dead(state)).await?;
        let key = id.to_owned();
        let find = move |state: &Connection| {
            let select = "SELECT processes.pid, record FROM terminals \
                LEFT JOIN processes ON processes.id = terminals.process WHERE terminals.id = ?";
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            Ok(state.query_row(select, [key], row).optional()?)
        };
        let found: Option<(Option<u32>, String)> = self.store.read(find).await?;
        Ok(match found {
            Some((None, record)) => read(&record)?.closed(),
            Some((Some(pid), _)) => {
                let what = format!(
                    "the terminal `{id}` is open in another process of the server, which has the number {pid}"
                );
                Error::new(ErrorCode::TerminalElsewhere, what).suggest(
                    "use it through the server that has opened it, or open one here with `terminal_open`; what runs \
                     on it is told by `process_list` and ended by `process_kill`",
                )
            }
            None => not_found(id),
        })
    }
}

fn close_those_of_the_dead(state: &Connection) -> Result<()> {
    for dead in Process::dead(state)? {
        let mut statement = state.prepare_cached("SELECT id, record FROM terminals WHERE process = ?")?;
        let left = statement.query_map([dead], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let left: Vec<(String, String)> = left.collect::<rusqlite::Result<_>>()?;
        for (id, record) in left {
            let mut info = read(&record)?;
            info.end("the server has ended".to_owned(), None);
            update(state, &id, &text(&info)?)?;
        }
    }
    Ok(())
}

fn update(state: &Connection, id: &str, record: &str) -> Result<()> {
    state.execute("UPDATE terminals SET process = NULL, record = ? WHERE id = ?", params![record, id])?;
    Ok(())
}

fn text(info: &TerminalInfo) -> Result<String> {
    serde_json::to_string(info).map_err(Error::internal)
}

fn read(record: &str) -> Result<TerminalInfo> {
    serde_json::from_str(record).map_err(|error| {
        Error::new(ErrorCode::StateBroken, format!("the record of a terminal cannot be understood: {error}"))
    })
}
