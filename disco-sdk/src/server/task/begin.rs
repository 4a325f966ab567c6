//! How a call becomes a task.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::super::ask::rounds::Rounds;
use super::super::context::Context;
use super::super::tool::Tool;
use super::table::Hold;
use super::{Live, Owner, TaskStart, Tasks};
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::capability::Ability;
use crate::protocol::task::TaskMetadata;
use crate::protocol::version::{Feature, Version};
use crate::server::client_info::ClientInfo;

/// Whether a call may become a task.
#[derive(Default)]
pub(crate) enum Fate {
    /// Calls of this kind do not.
    #[default]
    Never,
    /// The client takes no tasks: it runs as any call does.
    Inline,
    /// It may.
    May { tasks: Tasks, owner: Owner, ttl: Option<Duration>, is_at_once: bool },
}

impl Fate {
    /// Whether it becomes one before the handler begins.
    pub(crate) fn is_at_once(&self) -> bool {
        matches!(self, Self::May { is_at_once: true, .. })
    }
}

/// The task that a call has become.
pub(crate) struct Slot {
    fate: Fate,
    live: OnceCell<Arc<Live>>,
    hold: Mutex<Option<Hold>>,
}

impl Slot {
    /// `None`: calls of this kind do not. Nearly no call does, and to make room for it took 500 instructions.
    pub(crate) fn new(fate: Fate) -> Option<Box<Self>> {
        let may = !matches!(fate, Fate::Never);
        may.then(|| Box::new(Self { fate, live: OnceCell::default(), hold: Mutex::default() }))
    }

    pub(crate) fn live(&self) -> Option<&Arc<Live>> {
        self.live.get()
    }

    pub(crate) fn take_hold(&self) -> Option<Hold> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Settles whether a call of `tool` may become a task.
///
/// # Errors
/// What the client is answered with that asks for a task where there is none, or asks for none where
/// there has to be one.
pub(super) fn admit(
    tasks: &Tasks,
    tool: &Tool,
    version: Version,
    (client, owner): (&ClientInfo, &Owner),
    asked: Option<&RawValue>,
) -> Result<Fate> {
    let may = |ttl, is_at_once| Fate::May { tasks: tasks.clone(), owner: owner.clone(), ttl, is_at_once };
    let is_required = tool.task() == Some(TaskStart::Required);
    let name = &tool.info().name;
    if version.has(Feature::CoreTasks) {
        return match (tool.task(), asked) {
            (None, None) => Ok(Fate::Never),
            (None, Some(_)) => Err(Error::protocol(
                ErrorCode::METHOD_NOT_FOUND,
                format!("/params/task: the tool {name:?} cannot be run as a task"),
            )),
            (Some(_), Some(asked)) => Ok(may(ttl(asked)?, true)),
            (Some(_), None) if is_required => Err(Error::protocol(
                ErrorCode::METHOD_NOT_FOUND,
                format!("the tool {name:?} runs as a task only: send `task` with the call"),
            )),
            (Some(_), None) => Ok(Fate::Inline),
        };
    }
    let Some(start) = tool.task() else {
        return Ok(Fate::Never);
    };
    if version.has(Feature::TasksExtension) && client.supports(Ability::Tasks) {
        return Ok(may(None, start != TaskStart::Later));
    }
    if !is_required {
        return Ok(Fate::Inline);
    }
    if version.has(Feature::TasksExtension) {
        return Err(missing_extension(&format!("the tool {name:?} runs as a task only")));
    }
    Err(Error::new(format!("the tool {name:?} runs as a task only, and this client knows no tasks"))
        .with_code("UNSUPPORTED_BY_CLIENT")
        .with_suggestion("use a client that speaks a newer revision of the protocol"))
}

/// `-32021`: the client has not declared the extension.
pub(super) fn missing_extension(words: &str) -> Error {
    let required = Ability::Tasks.required();
    let words = format!("{words}, and this request does not declare the client capability {required}");
    Error::protocol(ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY, words)
        .with_data("requiredCapabilities", required)
}

fn ttl(asked: &RawValue) -> Result<Option<Duration>> {
    let metadata: TaskMetadata = serde_json::from_str(asked.get()).map_err(|_| {
        let pointer = "/params/task";
        Error::invalid_params(format!("{pointer}: expected an object whose `ttl` is milliseconds"))
            .with_data("pointer", pointer)
    })?;
    Ok(metadata.ttl.map(Duration::from_millis))
}

impl Context {
    /// Has the call become a task, in a tool with `task = "later"`: the client gets the task for an
    /// answer now, and what follows runs inside it. What has to be asked before is asked before.
    ///
    /// For a client that takes no tasks it does nothing, and neither does it inside a task.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// # async fn copy(folder: &str) -> Result<u64> { Ok(folder.len() as u64) }
    /// /// Copies a folder.
    /// #[tool(task = "later")]
    /// async fn backup(ctx: Context, folder: String) -> Result<String> {
    ///     if !ctx.ask::<bool>(format!("Copy {folder}?")).await? {
    ///         return Ok("nothing was copied".into());
    ///     }
    ///     ctx.begin_task().await?;
    ///     Ok(format!("copied {} files", copy(&folder).await?))
    /// }
    /// ```
    ///
    /// # Errors
    /// When the server has as many tasks as it may ([`Limits::tasks`](crate::Limits::tasks)) or its
    /// store fails; when questions of this call still wait; when the tool is declared without `task`.
    pub async fn begin_task(&self) -> Result<()> {
        let never = || misused("only calls of a tool with `#[tool(task = \"later\")]` become tasks");
        let slot = self.task_slot().ok_or_else(never)?;
        let (tasks, owner, ttl) = match &slot.fate {
            Fate::Inline => return Ok(()),
            Fate::Never => return Err(never()),
            Fate::May { tasks, owner, ttl, .. } => (tasks, owner, *ttl),
        };
        if slot.live().is_none() && self.rounds().is_some_and(Rounds::is_under_way) {
            return Err(misused("`begin_task` while questions of this call wait: await them first"));
        }
        let live = slot.live.get_or_try_init(|| async {
            let (live, hold) = tasks.begin(self.version(), owner, ttl).await?;
            *slot.hold.lock().unwrap_or_else(PoisonError::into_inner) = Some(hold);
            Ok::<_, Error>(live)
        });
        let live = Arc::clone(live.await?);
        // The call looks at the handler once more, and hands it to the task.
        self.outbox().nudge();
        live.started.said().await;
        Ok(())
    }
}

fn misused(words: &str) -> Error {
    Error::protocol(ErrorCode::INTERNAL_ERROR, words)
}
