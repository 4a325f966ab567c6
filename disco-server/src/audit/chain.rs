//! The chain of hashes: how an entry is added, how the oldest are let go of, and how all is verified.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::Entry;
use crate::digest::sha256;
use crate::error::{Error, Result};

/// One part in so many is let go of at once.
const PARTS: u64 = 10;

/// What looking through the chain has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How many entries were looked at and are right.
    pub entries: u64,
    /// The number of the first entry that is kept.
    pub first: u64,
    /// The hash of the last right entry. Whoever keeps a copy elsewhere can tell later that nothing was cut off.
    pub head: String,
    /// The first that is not right, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

/// An entry that is not right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its number.
    pub seq: u64,
    /// What is wrong with it.
    pub why: String,
}

struct Ends {
    first: u64,
    before: String,
    next: u64,
    last: String,
}

impl Ends {
    fn read(state: &Connection) -> Result<Self> {
        let select = "SELECT first, before, next, last FROM audit_ends";
        let mut statement = state.prepare_cached(select)?;
        Ok(statement.query_row([], |row| {
            Ok(Self { first: row.get(0)?, before: row.get(1)?, next: row.get(2)?, last: row.get(3)? })
        })?)
    }

    fn write(&self, state: &Connection) -> Result<()> {
        let update = "UPDATE audit_ends SET first = ?, before = ?, next = ?, last = ?";
        let values = params![self.first, self.before, self.next, self.last];
        state.prepare_cached(update)?.execute(values)?;
        Ok(())
    }
}

/// Adds an entry behind the last. `state` is one that nobody else writes meanwhile.
pub(super) fn append(state: &Connection, mut entry: Entry, most: u64) -> Result<()> {
    let mut ends = Ends::read(state)?;
    entry.seq = ends.next;
    entry.hash = hash(&ends.last, &entry)?;
    let insert = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    state.prepare_cached(insert)?.execute(params![
        entry.seq,
        entry.at,
        entry.who,
        entry.client,
        entry.process,
        entry.kind,
        entry.name,
        entry.target,
        entry.digest,
        entry.outcome,
        entry.duration_us,
        entry.hash,
    ])?;
    ends.next += 1;
    ends.last = entry.hash;
    ends.write(state)?;
    if ends.next - ends.first > most { let_go(state, ends, most) } else { Ok(()) }
}

/// Lets go of the oldest: moves the beginning to the hash that the rest begins with, and then deletes what is before
/// it. In any other way the file refuses to lose an entry.
fn let_go(state: &Connection, ends: Ends, most: u64) -> Result<()> {
    let first = ends.next - most + most / PARTS;
    let select = "SELECT hash FROM audit WHERE seq = ?";
    let before = state.query_row(select, [first - 1], |row| row.get(0))?;
    Ends { first, before, ..ends }.write(state)?;
    state.execute("DELETE FROM audit WHERE seq < ?", [first])?;
    Ok(())
}

pub(super) fn verify(state: &Connection) -> Result<Verdict> {
    let ends = Ends::read(state)?;
    let mut verdict = Verdict { entries: 0, first: ends.first, head: ends.before.clone(), broken: None };
    let mut statement = state.prepare("SELECT * FROM audit ORDER BY seq")?;
    let mut expected = ends.first;
    for entry in statement.query_map([], Entry::read)? {
        let entry = entry?;
        let why = if entry.seq != expected {
            format!("it is missing: the next one that is there is {}", entry.seq)
        } else if hash(&verdict.head, &entry)? != entry.hash {
            "it is not what it was when it was written".to_owned()
        } else {
            verdict.entries += 1;
            verdict.head = entry.hash;
            expected += 1;
            continue;
        };
        verdict.broken = Some(Broken { seq: expected, why });
        return Ok(verdict);
    }
    if expected != ends.next || verdict.head != ends.last {
        let why = "it is missing: the chain has been cut off before it".to_owned();
        verdict.broken = Some(Broken { seq: expected, why });
    }
    Ok(verdict)
}

fn hash(before: &str, entry: &Entry) -> Result<String> {
    let Entry { seq, at, who, client, process, kind, name, target, digest, outcome, duration_us, hash: _ } =
        entry;
    let facts =
        (before, seq, at, (who, client, process), (kind, name, target), (digest, outcome, duration_us));
    let text = serde_json::to_vec(&facts).map_err(Error::internal)?;
    Ok(sha256(&text))
}
