//! Tasks in the words of the wire.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::super::notifier::subscription_meta;
use super::{TaskRecord, TaskState};
use crate::error::{Error, ErrorCode};
use crate::protocol::jsonrpc::{self, Id};
use crate::protocol::legacy::task_members;
use crate::protocol::method::Notice;
use crate::protocol::task::{RELATED_TASK, Task, TaskStatus};
use crate::protocol::version::{Feature, Version};

/// What a client of `version` sees of a task. To the core of 2025-11-25 a result that is marked as an
/// error is a failure.
fn task(record: &TaskRecord, version: Version) -> Task {
    let mut task = record.task();
    if version.has(Feature::CoreTasks) && matches!(record.state, TaskState::Completed { is_error: true, .. })
    {
        task.status = TaskStatus::Failed;
    }
    task
}

/// The answer to the call that has become a task.
pub(super) fn created(record: &TaskRecord, version: Version) -> Value {
    let mut seed = record.task();
    // Its beginning: what has happened since is told when it is asked for.
    (seed.status, seed.status_message) = (TaskStatus::Working, None);
    let members = task_members(&seed, version);
    if version.has(Feature::CoreTasks) { json!({"task": members}) } else { Value::Object(members) }
}

/// A task without what belongs to its status.
pub(super) fn plain(record: &TaskRecord, version: Version) -> Map<String, Value> {
    task_members(&task(record, version), version)
}

/// A task with its questions, its result or its error.
pub(super) fn detailed(record: &TaskRecord, version: Version) -> Map<String, Value> {
    let mut members = plain(record, version);
    if version.has(Feature::CoreTasks) {
        return members;
    }
    let (name, value) = match &record.state {
        TaskState::Working | TaskState::Cancelled => return members,
        TaskState::InputRequired { requests } => ("inputRequests", Value::Object(requests.clone())),
        TaskState::Completed { result, .. } => ("result", parsed(result)),
        TaskState::Failed { error } => ("error", error.clone()),
    };
    members.insert(name.to_owned(), value);
    members
}

/// Tells that a task stands differently: on a subscription, or in a session of 2025-11-25.
pub(crate) fn changed(record: &TaskRecord, subscription: Option<&Id>) -> Vec<u8> {
    let (notice, version) = match subscription {
        Some(_) => (Notice::TaskChanged, Version::LATEST),
        None => (Notice::TaskStatus, Version::LATEST_LEGACY),
    };
    let mut params = detailed(record, version);
    if let Some(subscription) = subscription {
        params.insert("_meta".to_owned(), subscription_meta(subscription).into());
    }
    jsonrpc::notification(notice.as_str(), &params)
}

/// The result of the call, as `tasks/result` gives it.
///
/// # Errors
/// The error of the call; that there is no result, because the task was cancelled.
pub(super) fn outcome(record: &TaskRecord) -> Result<Value, Error> {
    match &record.state {
        TaskState::Completed { result, .. } => Ok(with_related(parsed(result), &record.id)),
        TaskState::Failed { error } => Err(from_wire(error)),
        state => {
            let words = match state {
                TaskState::Cancelled => "the task was cancelled: it has no result",
                _ => "the task has no result yet",
            };
            Err(Error::invalid_params(words))
        }
    }
}

/// A notification that belongs to a task (2025-11-25).
pub(super) fn related_notification(notice: Notice, params: Value, task: &str) -> Vec<u8> {
    jsonrpc::notification(notice.as_str(), &with_related(params, task))
}

/// Says in `_meta` which task this belongs to.
pub(super) fn with_related(mut params: Value, task: &str) -> Value {
    if let Some(members) = params.as_object_mut()
        && let Some(meta) = members.entry("_meta").or_insert_with(|| json!({})).as_object_mut()
    {
        meta.insert(RELATED_TASK.to_owned(), json!({"taskId": task}));
    }
    params
}

fn parsed(raw: &RawValue) -> Value {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

fn from_wire(error: &Value) -> Error {
    let code = error["code"].as_i64().and_then(|code| i32::try_from(code).ok());
    let words = error["message"].as_str().unwrap_or_default();
    let error_of = Error::protocol(code.map_or(ErrorCode::INTERNAL_ERROR, ErrorCode), words);
    let data = error["data"].as_object().cloned().unwrap_or_default();
    data.into_iter().fold(error_of, |error, (key, value)| error.with_data(key, value))
}
