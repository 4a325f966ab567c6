//! The processes of a sandbox, as they are told and signalled.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A process of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Process {
    /// The handle to signal it by; no other process ever has the same.
    pub process_id: String,
    /// Its number inside the sandbox. Every command has numbers of its own, so two processes may have the same.
    pub pid: i32,
    /// The number of its parent; 1 is the sandbox's own first process.
    pub parent_pid: i32,
    /// Its command line; the name in brackets where it has none.
    pub command: String,
    /// What it does.
    pub state: State,
    /// Processor time that it has used, in milliseconds.
    pub cpu_ms: u64,
    /// Memory that it has, in KiB.
    pub memory_kb: u64,
    /// The terminal or job that it belongs to; absent for a single command, and for those of other servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<String>,
    /// Whether it is in the foreground of its terminal, where ctrl-c goes.
    pub is_foreground: bool,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProcessState")]
pub enum State {
    /// It runs, or could.
    Running,
    /// It waits.
    Sleeping,
    /// It waits for a disk or the like.
    Waiting,
    /// A signal has stopped it.
    Stopped,
    /// It has ended, and its parent has not asked yet.
    Ended,
}

/// What can be sent to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they are the system's names")]
pub enum Signal {
    Hup,
    Int,
    Quit,
    Kill,
    Term,
    Usr1,
    Usr2,
    Cont,
    Stop,
    Tstp,
    Winch,
}
