//! What was done here, by whom, and what came of it: an entry for every call, which is there before the answer is.
//!
//! Entries are only added: the file refuses to change or to take away one. Each carries a hash over itself and the one before ([`chain`]), also where several
//! processes write, so that one that was changed or taken away is noticed. The oldest are let go of when there are
//! too many, in a way that the rest can still be verified.

pub(crate) mod about;
pub mod chain;
mod layer;
mod network;
mod resources;
mod routes;
mod tools;
mod watch;

use rusqlite::{Connection, Row, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::page::window;
use crate::state::Store;

pub use layer::layer;
pub(crate) use routes::routes;
pub(crate) use watch::Watch;

/// Longer targets are cut.
const LONGEST_TARGET: usize = 512;

/// What happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// When it began, in milliseconds since 1970.
    pub at: u64,
    /// Who called: `issuer subject`, `rest`, or nothing if nobody said.
    pub who: String,
    /// The program that called, as it calls itself.
    pub client: String,
    /// `tool`, `resource`, `prompt`, `rest`, or `network` for a connection that a command asked for.
    pub kind: String,
    /// Of the tool or prompt; of a resource its URI or template; of a connection the method.
    pub name: String,
    /// What it was about: the sandbox, job, files, URI or host that it named.
    pub target: String,
    /// SHA-256 of the arguments as they were sent.
    pub digest: String,
    /// `ok`, the code of the error, `dropped` when nobody waited any more, or `begun` for a stream, whose end has an entry
    /// too.
    pub outcome: String,
    /// How long it took, in microseconds.
    pub duration_us: u64,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
pub struct Entry {
    /// Its number; the next entry has the next.
    pub seq: u64,
    /// When the call began, in milliseconds since 1970.
    pub at: u64,
    /// Who called; empty if nobody said.
    pub who: String,
    /// The program that called, as it calls itself.
    pub client: String,
    /// The process of the server that answered.
    pub process: String,
    /// `tool`, `resource`, `prompt`, `rest`, or `network` for a connection that a command asked for.
    pub kind: String,
    /// Of the tool or prompt; of a resource its URI or template; of a connection the method.
    pub name: String,
    /// What it was about: the sandbox, job, files, URI or host that it named.
    pub target: String,
    /// SHA-256 of the arguments as they were sent.
    pub digest: String,
    /// `ok`, the code of the error, `dropped` when nobody waited any more, or `begun` for a stream, whose end has an entry
    /// too.
    pub outcome: String,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// SHA-256 over all of the above and the hash of the entry before.
    pub hash: String,
}

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this caller.
    pub who: Option<String>,
    /// Only of this tool, resource or prompt.
    pub name: Option<String>,
    /// Only with this outcome.
    pub outcome: Option<String>,
    /// Only those before this number.
    pub before: Option<u64>,
    /// How many at most.
    pub limit: usize,
}

/// The entries.
#[derive(Debug, Clone)]
pub struct Audit {
    store: Store,
    most: u64,
}

impl Audit {
    /// The entries in this file, of which the last `most` are kept.
    #[must_use]
    pub fn new(store: Store, most: u64) -> Self {
        Self { store, most: most.max(1) }
    }

    /// Adds an entry. When this returns, it lasts.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn append(&self, event: Event) -> Result<()> {
        let (process, most) = (self.store.process().id().to_owned(), self.most);
        self.store.write(move |state| chain::append(state, entry(event, process), most)).await
    }

    /// The newest entries that fit, the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn query(&self, filter: Filter) -> Result<Vec<Entry>> {
        self.store.read(move |state| query(state, &filter)).await
    }

    /// Looks through the whole chain.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn verify(&self) -> Result<chain::Verdict> {
        self.store.read(chain::verify).await
    }
}

fn entry(event: Event, process: String) -> Entry {
    let Event { at, who, client, kind, name, target, digest, outcome, duration_us } = event;
    let target = shortened(target);
    let (seq, hash) = (0, String::new());
    Entry { seq, at, who, client, process, kind, name, target, digest, outcome, duration_us, hash }
}

fn shortened(target: String) -> String {
    if target.chars().count() <= LONGEST_TARGET {
        return target;
    }
    target.chars().take(LONGEST_TARGET - 1).chain(['…']).collect()
}

fn query(state: &Connection, filter: &Filter) -> Result<Vec<Entry>> {
    let select = "SELECT * FROM audit
        WHERE (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR name = ?2) AND (?3 IS NULL OR outcome = ?3)
            AND seq < ?4
        ORDER BY seq DESC LIMIT ?5";
    let mut statement = state.prepare_cached(select)?;
    let Filter { who, name, outcome, before, limit } = filter;
    let [before, limit] = window(*before, *limit);
    let rows = statement.query_map(params![who, name, outcome, before, limit], Entry::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Entry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            who: row.get("who")?,
            client: row.get("client")?,
            process: row.get("process")?,
            kind: row.get("kind")?,
            name: row.get("name")?,
            target: row.get("target")?,
            digest: row.get("digest")?,
            outcome: row.get("outcome")?,
            duration_us: row.get("duration_us")?,
            hash: row.get("hash")?,
        })
    }
}

#[cfg(test)]
mod tests;
