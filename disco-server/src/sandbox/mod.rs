#![doc = include_str!("README.md")]

pub mod backend;
pub mod exec;
pub mod limits;
pub mod local;
mod output;
pub mod paths;
mod registry;
pub mod store;
mod tools;

pub use backend::{Backend, Sandbox};
pub use exec::{Chunk, ChunkSender, Ended, ExecRequest, ExecResult, Stream, Usage};
pub use limits::{Limits, LimitsWish};
pub use paths::{RelPath, Root};
pub use registry::{CreateRequest, DEFAULT, Handle, Registry, SandboxInfo, Settings};
