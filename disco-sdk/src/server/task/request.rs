//! The requests that are about tasks.

use serde_json::{Map, Value, json};

use super::super::context::Context;
use super::super::core::Core;
use super::super::notifier::TaskChange;
use super::begin::missing_extension;
use super::{Owner, TaskRecord, Tasks, relay, wire};
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::capability::Ability;
use crate::protocol::jsonrpc::Text;
use crate::protocol::members::Params;
use crate::protocol::method::Method;
use crate::protocol::params::{ListParams, decode};
use crate::protocol::task::UpdateTaskParams;
use crate::protocol::version::{Feature, Version};
use crate::server::BoxFuture;

/// How many tasks a page has at the most.
const MOST_LISTED: usize = 100;

/// The members of a result.
pub(crate) type Written = Map<String, Value>;

/// Answers a request about tasks.
///
/// # Errors
/// `-32021` when the client has not declared the extension, `-32602` for wrong parameters.
pub(super) fn serve(
    core: &Core,
    method: Method,
    context: &Context,
    params: &Params<'_>,
) -> Result<BoxFuture<'static, Result<Written>>> {
    let version = context.version();
    if version.has(Feature::TasksExtension) && !context.client().supports(Ability::Tasks) {
        return Err(missing_extension(&format!("{} is part of an extension", method.as_str())));
    }
    let (tasks, owner) = (core.tasks.clone(), context.owner().clone());
    let named = || params.task().map(|params| params.task_id.as_str().to_owned());
    Ok(match method {
        Method::UpdateTask => {
            let UpdateTaskParams { task_id, input_responses } = decode(params.raw())?;
            let id = task_id.as_str().to_owned();
            Box::pin(async move { update(&tasks, &id, owner, input_responses).await })
        }
        Method::CancelTask => {
            let id = named()?;
            Box::pin(async move { cancel(&tasks, &id, owner, version).await })
        }
        Method::TaskResult => {
            let (id, context) = (named()?, context.clone());
            Box::pin(async move { relay::result(&tasks, &id, owner, &context).await })
        }
        Method::ListTasks => {
            let ListParams { cursor } = params.page()?;
            let cursor = cursor.as_ref().map(Text::as_str).map(ToOwned::to_owned);
            let most = core.limits.page.min(MOST_LISTED);
            Box::pin(async move { list(&tasks, owner, cursor, most, version).await })
        }
        _ => {
            let id = named()?;
            Box::pin(async move { Ok(wire::detailed(&*tasks.get(&id, &owner).await?, version)) })
        }
    })
}

async fn update(tasks: &Tasks, id: &str, owner: Owner, answers: Map<String, Value>) -> Result<Written> {
    if let Some(live) = tasks.running(id, &owner) {
        live.answer(answers)?;
    } else if !tasks.get(id, &owner).await?.is_terminal() {
        return Err(elsewhere());
    }
    Ok(Map::new())
}

async fn cancel(tasks: &Tasks, id: &str, owner: Owner, version: Version) -> Result<Written> {
    let record = match tasks.running(id, &owner) {
        Some(live) if live.cancel("the client has cancelled it") => {
            tracing::debug!(task = id, "a task was cancelled");
            return Ok(if version.has(Feature::CoreTasks) {
                wire::plain(&live.record(), version)
            } else {
                Map::new()
            });
        }
        Some(live) => live.record(),
        None => tasks.get(id, &owner).await?,
    };
    if !record.is_terminal() {
        return Err(elsewhere());
    }
    if version.has(Feature::CoreTasks) {
        let words = format!("/params/taskId: the task has ended already: it is {}", status(&record, version));
        return Err(Error::invalid_params(words).with_data("pointer", "/params/taskId"));
    }
    Ok(Map::new())
}

fn status(record: &TaskRecord, version: Version) -> Value {
    wire::plain(record, version).remove("status").unwrap_or_default()
}

async fn list(
    tasks: &Tasks,
    owner: Owner,
    cursor: Option<String>,
    most: usize,
    version: Version,
) -> Result<Written> {
    let page = match owner.name() {
        Some(name) => tasks.store().list(&name, cursor.as_deref(), most).await?,
        None => super::TaskPage::default(),
    };
    let fresh = page.tasks.into_iter().filter(|task| !task.is_expired()).map(|task| tasks.fresh(task));
    let shown: Vec<Value> = fresh.map(|task| wire::plain(&task, version).into()).collect();
    let mut members = Map::from_iter([("tasks".to_owned(), Value::Array(shown))]);
    if let Some(next) = page.next {
        members.insert("nextCursor".to_owned(), json!(next));
    }
    Ok(members)
}

/// The task is there, but not in this process.
fn elsewhere() -> Error {
    let words = "the task runs in another replica of this server, or was lost when that ended";
    Error::protocol(ErrorCode::INVALID_REQUEST, words)
        .with_suggestion("route requests by their `Mcp-Name` header, which is the task's id (sticky routing)")
}

/// Those of the tasks that a subscription names that there are, for whoever opens it.
///
/// # Errors
/// `-32021` when the client has not declared the extension.
pub(super) fn watched(
    core: &Core,
    context: &Context,
    ids: Vec<String>,
) -> Result<BoxFuture<'static, Vec<TaskChange>>> {
    if !context.client().supports(Ability::Tasks) {
        return Err(missing_extension("/params/notifications/taskIds is part of an extension"));
    }
    let (tasks, owner) = (core.tasks.clone(), context.owner().clone());
    Ok(Box::pin(async move {
        let mut found = Vec::new();
        for id in ids {
            found.extend(tasks.get(&id, &owner).await.map(TaskChange::new).ok());
        }
        found
    }))
}
