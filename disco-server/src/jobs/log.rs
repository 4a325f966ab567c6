//! The output of jobs, in pieces and within a bound: of a long log the middle is left out.

use std::collections::VecDeque;

use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::records::to_usize;
use crate::error::Result;
use crate::sandbox::Chunk;
use crate::state::Store;

/// How many bytes a piece has at most: an answer has room for one however it is written as JSON.
const PIECE: usize = 1536;

/// A piece of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LogPiece")]
pub struct Piece {
    /// Its number; the next piece has the next, or a later one.
    pub seq: u64,
    /// Which command has written it, counted from 1.
    pub step: u64,
    /// `stdout`, `stderr`, or `left_out`: then the text tells how much.
    pub stream: String,
    /// What was written.
    pub text: String,
}

/// Writes the log of one job. Nobody else writes it.
#[derive(Debug)]
pub(super) struct Writer {
    store: Store,
    job: String,
    half: usize,
    next: u64,
    head: usize,
    tail: VecDeque<(u64, usize)>,
    tail_bytes: usize,
    gap: Option<u64>,
    left_out: usize,
}

impl Writer {
    pub(super) fn new(store: Store, job: &str, bound: u64) -> Self {
        let half = usize::try_from(bound / 2).unwrap_or(usize::MAX);
        let job = job.to_owned();
        Self {
            store,
            job,
            half,
            next: 1,
            head: 0,
            tail: VecDeque::new(),
            tail_bytes: 0,
            gap: None,
            left_out: 0,
        }
    }

    /// The job whose log it is.
    pub(super) fn job(&self) -> &str {
        &self.job
    }

    /// Adds what a step has written, in one go.
    pub(super) async fn add(&mut self, step: u64, chunks: Vec<Chunk>) -> Result<()> {
        let mut pieces = Vec::new();
        for Chunk { stream, text } in &chunks {
            let stream = match stream {
                crate::sandbox::Stream::Stdout => "stdout",
                crate::sandbox::Stream::Stderr => "stderr",
            };
            for text in split(text) {
                pieces.push(Piece { seq: self.next, step, stream: stream.to_owned(), text: text.to_owned() });
                self.next += 1;
            }
        }
        let gone = self.make_room(&pieces);
        let (job, gap, left_out) = (self.job.clone(), self.gap, self.left_out);
        let write = move |state: &Connection| {
            let mut insert = state.prepare_cached("INSERT INTO job_log VALUES (?, ?, ?, ?, ?)")?;
            for Piece { seq, step, stream, text } in &pieces {
                insert.execute(params![job, seq, step, stream, text])?;
            }
            let mut delete = state.prepare_cached("DELETE FROM job_log WHERE job = ? AND seq = ?")?;
            for seq in gone {
                delete.execute(params![job, seq])?;
            }
            if let Some(gap) = gap {
                let text = format!("[... {left_out} bytes left out ...]");
                let replace = "INSERT OR REPLACE INTO job_log VALUES (?, ?, ?, 'left_out', ?)";
                state.execute(replace, params![job, gap, step, text])?;
            }
            Ok(())
        };
        self.store.write(move |state| write(state)).await
    }

    /// Counts the new pieces, and tells which old ones have to go.
    fn make_room(&mut self, pieces: &[Piece]) -> Vec<u64> {
        for piece in pieces {
            if self.tail.is_empty() && self.gap.is_none() && self.head + piece.text.len() <= self.half {
                self.head += piece.text.len();
            } else {
                self.tail.push_back((piece.seq, piece.text.len()));
                self.tail_bytes += piece.text.len();
            }
        }
        let mut gone = Vec::new();
        while self.tail_bytes > self.half
            && let Some((seq, bytes)) = self.tail.pop_front()
        {
            self.tail_bytes -= bytes;
            self.left_out += bytes;
            // The first that goes makes place for the words that tell so.
            self.gap.get_or_insert(seq);
            gone.push(seq);
        }
        gone
    }
}

/// Cuts a text into pieces, between characters.
fn split(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(text.floor_char_boundary(PIECE.min(text.len())));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// The pieces after the number `after`, as many as fit into `most` bytes of JSON, but one at least.
pub(super) async fn read(store: &Store, job: &str, after: u64, most: usize) -> Result<Vec<Piece>> {
    let (job, mut room) = (job.to_owned(), most);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let work = move |state: &Connection| {
        let select = "SELECT seq, step, stream, text FROM job_log WHERE job = ? AND seq > ? ORDER BY seq";
        let mut statement = state.prepare_cached(select)?;
        let mut rows = statement.query(params![job, after])?;
        let mut pieces = Vec::new();
        while let Some(row) = rows.next()? {
            let piece = piece(row)?;
            let size = size(&piece);
            if size > room && !pieces.is_empty() {
                break;
            }
            room = room.saturating_sub(size);
            pieces.push(piece);
        }
        Ok(pieces)
    };
    store.read(work).await
}

/// The first and the last pieces, as many as fit into `most` bytes of JSON, with words in the place of the rest.
pub(super) async fn ends(store: &Store, job: &str, most: usize) -> Result<Vec<Piece>> {
    let mut head = read(store, job, 0, most / 2).await?;
    let from = head.last().map_or(0, |piece| piece.seq);
    let job = job.to_owned();
    let work = move |state: &Connection| {
        let count = "SELECT count(*), coalesce(sum(length(CAST(text AS BLOB))), 0) FROM job_log WHERE job = ? AND seq > ?";
        let (count, mut bytes) = state
            .query_row(count, params![job, from], |row| Ok((to_usize(row.get(0)?), to_usize(row.get(1)?))))?;
        let select =
            "SELECT seq, step, stream, text FROM job_log WHERE job = ? AND seq > ? ORDER BY seq DESC";
        let mut statement = state.prepare_cached(select)?;
        let mut rows = statement.query(params![job, from])?;
        let (mut tail, mut room) = (VecDeque::new(), most / 2);
        while let Some(row) = rows.next()? {
            let piece = piece(row)?;
            let size = size(&piece);
            if size > room && !tail.is_empty() {
                break;
            }
            (room, bytes) = (room.saturating_sub(size), bytes - piece.text.len());
            tail.push_front(piece);
        }
        if tail.len() < count {
            let (seq, step) = tail.front().map_or((from, 0), |piece| (piece.seq - 1, piece.step));
            let text = format!("[... {bytes} bytes left out ...]");
            tail.push_front(Piece { seq, step, stream: "left_out".to_owned(), text });
        }
        Ok(tail)
    };
    head.extend(store.read(work).await?);
    Ok(head)
}

fn piece(row: &rusqlite::Row<'_>) -> rusqlite::Result<Piece> {
    Ok(Piece { seq: row.get(0)?, step: row.get(1)?, stream: row.get(2)?, text: row.get(3)? })
}

fn size(piece: &Piece) -> usize {
    serde_json::to_string(piece).map_or(usize::MAX, |text| text.len())
}

/// The number of the last piece; 0 if there is none.
pub(super) async fn last(store: &Store, job: &str) -> Result<u64> {
    let job = job.to_owned();
    let select = "SELECT coalesce(max(seq), 0) FROM job_log WHERE job = ?";
    store.read(move |state| Ok(state.query_row(select, [job], |row| row.get(0))?)).await
}

/// All of it as text.
pub(super) async fn whole(store: &Store, job: &str) -> Result<String> {
    let job = job.to_owned();
    let work = move |state: &Connection| {
        let mut statement = state.prepare_cached("SELECT text FROM job_log WHERE job = ? ORDER BY seq")?;
        let texts = statement.query_map([job], |row| row.get::<_, String>(0))?;
        Ok(texts.collect::<rusqlite::Result<String>>()?)
    };
    store.read(work).await
}
