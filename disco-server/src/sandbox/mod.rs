#![doc = include_str!("README.md")]

pub mod backend;
mod calls;
mod disk;
pub mod docker;
pub mod exec;
mod gate;
pub mod limits;
pub mod local;
pub mod network;
mod outcome;
pub(crate) mod output;
pub mod paths;
pub mod process;
mod reader;
mod registry;
mod resources;
mod routes;
pub(crate) mod running;
pub mod snapshot;
pub mod store;
mod template;
pub mod terminal;
mod tools;
pub(crate) mod tree;

pub use backend::{Backend, Sandbox};
pub use exec::{Chunk, ChunkSender, Ended, ExecRequest, ExecResult, Stream, Usage};
pub use limits::{Limits, LimitsWish};
pub use network::Network;
pub use paths::{RelPath, Root};
pub use process::{Process, Signal};
pub use registry::{Clock, CreateRequest, DEFAULT, Handle, LifeCycle, Registry, SandboxInfo, Settings};
pub(crate) use resources::sandbox_ids;
pub(crate) use routes::{Id, SANDBOX, routes};
pub use store::{Record, Status};
pub use template::{Template, TemplateFile, TemplateInfo};
pub use terminal::{Input, Line, Size, TerminalEnd, TerminalRequest};
