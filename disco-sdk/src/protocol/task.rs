//! Tasks: calls that go on after they were answered. Specification: the extension
//! `io.modelcontextprotocol/tasks` (2026-07-28), basic/utilities/tasks (2025-11-25).

use serde::{Deserialize, Serialize};
use serde_json::{Error, Map, Value};

use super::jsonrpc::Text;
use super::reading::{FromObject, Object};

/// What the extension is called among the capabilities.
pub const EXTENSION: &str = "io.modelcontextprotocol/tasks";
/// Which task a message belongs to, in its `_meta` (2025-11-25).
pub const RELATED_TASK: &str = "io.modelcontextprotocol/related-task";

/// How a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It is being worked on.
    Working,
    /// It waits for answers of the client.
    InputRequired,
    /// It has a result.
    Completed,
    /// It has ended in a JSON-RPC error; on 2025-11-25 also in a result that is marked as one.
    Failed,
    /// It was ended before it was done.
    Cancelled,
}

impl TaskStatus {
    /// Whether it stays so.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// A task, as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its name, which nobody can guess.
    pub task_id: String,
    /// How it stands.
    pub status: TaskStatus,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// When it began (ISO 8601).
    pub created_at: String,
    /// When it last changed (ISO 8601).
    pub last_updated_at: String,
    /// For how many milliseconds it is kept; `None`: without an end. (`ttl` on 2025-11-25.)
    #[serde(alias = "ttl")]
    pub ttl_ms: Option<u64>,
    /// How often to ask for it, in milliseconds. (`pollInterval` on 2025-11-25.)
    #[serde(default, alias = "pollInterval", skip_serializing_if = "Option::is_none")]
    pub poll_interval_ms: Option<u64>,
}

/// How a tool may be run (2025-11-25).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolExecution {
    /// Whether as a task.
    pub task_support: TaskSupport,
}

/// Whether a tool can be run as a task (2025-11-25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskSupport {
    /// It cannot.
    #[default]
    Forbidden,
    /// It can.
    Optional,
    /// It has to be.
    Required,
}

/// What a call says that is to be a task (2025-11-25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct TaskMetadata {
    /// For how many milliseconds it is to be kept.
    pub ttl: Option<u64>,
}

/// The parameters of `tasks/get`, `tasks/cancel` and `tasks/result`.
#[derive(Debug)]
pub struct TaskParams<'a> {
    /// The task.
    pub task_id: Text<'a>,
}

impl<'a> FromObject<'a> for TaskParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Result<Self, Error> {
        Ok(Self { task_id: object.text("taskId")? })
    }
}

/// The parameters of `tasks/update`.
#[derive(Debug)]
pub struct UpdateTaskParams<'a> {
    /// The task.
    pub task_id: Text<'a>,
    /// What the client has answered, by the names of the questions.
    pub input_responses: Map<String, Value>,
}

impl<'a> FromObject<'a> for UpdateTaskParams<'a> {
    fn from_object(object: &Object<'a, '_>) -> Result<Self, Error> {
        Ok(Self { task_id: object.text("taskId")?, input_responses: object.map("inputResponses")? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_is_read_in_the_words_of_both_revisions() {
        let base = json!({"taskId": "t", "status": "input_required", "createdAt": "a", "lastUpdatedAt": "b"});
        let (mut new, mut old) = (base.clone(), base);
        (new["ttlMs"], new["pollIntervalMs"]) = (json!(9), json!(1));
        (old["ttl"], old["pollInterval"]) = (json!(9), json!(1));
        let read = |json| serde_json::from_value::<Task>(json).unwrap();
        assert_eq!(read(new.clone()), read(old));
        assert_eq!(serde_json::to_value(read(new.clone())).unwrap(), new);
    }
}
