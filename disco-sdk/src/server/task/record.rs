//! A task, as it is kept.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::super::clock::{milliseconds, now};
use crate::protocol::task::{Task, TaskStatus};

/// A task, as a [`TaskStore`](super::TaskStore) keeps it: all of it, to be written as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskRecord {
    /// Its name, which nobody can guess.
    pub id: String,
    /// Whom it belongs to.
    pub owner: String,
    /// How it stands.
    pub state: TaskState,
    /// The same in words.
    pub message: Option<String>,
    /// When it began, in milliseconds since 1970.
    pub created: u64,
    /// When it last changed, in milliseconds since 1970.
    pub updated: u64,
    /// For how long it is kept, in milliseconds from its beginning.
    pub ttl: u64,
    /// How often a client is to ask for it, in milliseconds.
    pub poll_interval: u64,
}

/// How a task stands, with what belongs to that.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TaskState {
    /// It is being worked on.
    Working,
    /// It waits for answers.
    InputRequired {
        /// The questions by their names, as the client is asked.
        requests: Map<String, Value>,
    },
    /// It has a result.
    Completed {
        /// What the call would have been answered with.
        result: Box<RawValue>,
        /// Whether the result is marked as an error.
        is_error: bool,
    },
    /// It has ended in a JSON-RPC error.
    Failed {
        /// That error.
        error: Value,
    },
    /// It was ended before it was done.
    Cancelled,
}

impl TaskState {
    /// In a word.
    #[must_use]
    pub fn status(&self) -> TaskStatus {
        match self {
            Self::Working => TaskStatus::Working,
            Self::InputRequired { .. } => TaskStatus::InputRequired,
            Self::Completed { .. } => TaskStatus::Completed,
            Self::Failed { .. } => TaskStatus::Failed,
            Self::Cancelled => TaskStatus::Cancelled,
        }
    }
}

impl TaskRecord {
    pub(super) fn new(id: String, owner: String, ttl: Duration, poll: Duration) -> Self {
        let now = now();
        Self {
            id,
            owner,
            state: TaskState::Working,
            message: None,
            created: now,
            updated: now,
            ttl: milliseconds(ttl),
            poll_interval: milliseconds(poll).max(1),
        }
    }

    /// Whether it stays as it is.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.state.status().is_terminal()
    }

    /// Whether its time is over: nobody gets it any more, and a store may forget it.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.created.saturating_add(self.ttl) <= now()
    }

    /// How much of it can grow, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.state {
            TaskState::Completed { result, .. } => result.get().len(),
            TaskState::Failed { error } => error.to_string().len(),
            _ => 0,
        }
    }

    /// What a client sees of it.
    #[must_use]
    pub fn task(&self) -> Task {
        Task {
            task_id: self.id.clone(),
            status: self.state.status(),
            status_message: self.message.clone(),
            created_at: iso(self.created),
            last_updated_at: iso(self.updated),
            ttl_ms: Some(self.ttl),
            poll_interval_ms: Some(self.poll_interval),
        }
    }

    /// Whether a store that has `other` has to be told.
    pub(super) fn differs(&self, other: &Self) -> bool {
        match (&self.state, &other.state) {
            (TaskState::InputRequired { requests: one }, TaskState::InputRequired { requests: two }) => {
                one != two
            }
            (one, two) => one.status() != two.status(),
        }
    }
}

fn iso(milliseconds: u64) -> String {
    let time = UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds)).unwrap_or(UNIX_EPOCH);
    humantime::format_rfc3339_millis(time).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_from_a_store_as_it_was() {
        let mut record =
            TaskRecord::new("t".into(), "o".into(), Duration::from_secs(1), Duration::from_secs(2));
        let result = RawValue::from_string(r#"{"content":[],  "isError":true}"#.to_owned()).unwrap();
        for state in [
            TaskState::Working,
            TaskState::InputRequired { requests: Map::from_iter([("k".to_owned(), Value::Null)]) },
            TaskState::Completed { result, is_error: true },
            TaskState::Failed { error: serde_json::json!({"code": -32603}) },
            TaskState::Cancelled,
        ] {
            record.state = state;
            let json = serde_json::to_string(&record).unwrap();
            let back: TaskRecord = serde_json::from_str(&json).unwrap();
            assert_eq!(format!("{back:?}"), format!("{record:?}"));
        }
    }

    #[test]
    fn a_time_is_written_as_iso_8601() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(1_785_232_800_123), "2026-07-28T10:00:00.123Z");
    }

    #[test]
    fn a_record_expires_when_its_time_is_over() {
        let of = |ttl| TaskRecord::new("t".into(), "o".into(), ttl, Duration::ZERO);
        assert!(of(Duration::ZERO).is_expired() && !of(Duration::from_mins(1)).is_expired());
    }
}
