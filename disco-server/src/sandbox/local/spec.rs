//! What the server tells the launcher, and what the launcher answers: lines of JSON.
//!
//! The server sends a [`Spec`]; it is answered with a [`Report`], and behind it the
//! [`Usage`](crate::sandbox::Usage) when all is over.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::sandbox::terminal::Size;

/// One command and the walls around it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Spec {
    /// The folder that becomes `/workspace`.
    pub(crate) workspace: PathBuf,
    /// Who the command is on the host.
    pub(crate) user: HostUser,
    /// The folder that is the root, in the place of the system's folders.
    pub(crate) root: Option<PathBuf>,
    /// Folders shown read-only under their own names, beside the system's.
    pub(crate) tools: Vec<PathBuf>,
    /// Files that take a process into its cgroups.
    pub(crate) cgroups: Vec<PathBuf>,
    /// Whether a cgroup bounds the memory; if not, the first process of the sandbox watches it.
    pub(crate) memory_is_bounded: bool,
    /// The same as `argv` without a shell, to be tried first.
    pub(crate) plain: Option<Vec<String>>,
    pub(crate) argv: Vec<String>,
    /// The program to take where there is none of the first one's name.
    pub(crate) instead: Option<String>,
    pub(crate) env: Vec<(String, String)>,
    /// An absolute path inside the sandbox.
    pub(crate) working_dir: String,
    /// In bytes.
    pub(crate) memory: u64,
    pub(crate) file_size: u64,
    pub(crate) tmp_size: u64,
    pub(crate) processes: u64,
    pub(crate) open_files: u64,
    /// Where to listen for the server, on the loopback inside; without it there is no network.
    pub(crate) proxy: Option<u16>,
    /// The size of the terminal that the command runs on, if it runs on one.
    pub(crate) terminal: Option<Size>,
}

/// The host's ids of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostUser {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether the workspace belongs to root and is shown as if it belonged to `uid`.
    pub(crate) translate_root: bool,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// The command ended by itself.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
    /// The processes together used too much memory.
    OutOfMemory,
    /// There is no such program, or it cannot be executed.
    NotFound(String),
    /// The folder to start in is not there.
    NoFolder(String),
    /// The sandbox could not be made: the step, and the system's words.
    Failed(String, String),
}
