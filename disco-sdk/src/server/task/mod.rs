//! Tasks: calls that go on after they were answered.
//!
//! A tool says with `#[tool(task)]` that its calls become tasks, where the client takes them: by the
//! extension `io.modelcontextprotocol/tasks` in the modern era, by `task` in the request on 2025-11-25.
//! For everybody else the same function runs as any tool does.

mod begin;
mod board;
mod engine;
mod live;
mod memory;
mod owner;
mod record;
mod relay;
mod request;
mod run;
mod store;
mod table;
mod wire;

pub use memory::MemoryTasks;
pub use record::{TaskRecord, TaskState};
pub use store::{TaskPage, TaskStore};

pub(crate) use begin::{Fate, Slot};
pub(crate) use board::Posted;
pub(crate) use engine::{ENGINE, Engine};
pub(crate) use live::Live;
pub(crate) use owner::Owner;
pub(crate) use request::Written;
pub(crate) use run::Doing;
pub(crate) use table::Tasks;
pub(crate) use wire::changed;

/// When a call of a tool becomes a task, for clients that take tasks.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::server::task::TaskStart;
/// use disco_sdk::server::tool::Tool;
///
/// let dig = |_: Context, _: serde_json::Value| async { Ok(ToolOutput::text("a hole")) };
/// let tool = Tool::typed("dig", dig).with_task(TaskStart::AtOnce);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStart {
    /// At once; for other clients it runs as any tool does. `#[tool(task)]`
    AtOnce,
    /// Where the handler comes to [`Context::begin_task`](crate::Context::begin_task). `#[tool(task = "later")]`
    Later,
    /// At once; other clients are refused. `#[tool(task = "required")]`
    Required,
}
