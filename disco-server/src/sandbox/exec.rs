//! What a command is asked to be, and what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::network::Access;

/// A program to run in a sandbox.
#[derive(Debug, Clone)]
pub struct ExecRequest {
    /// The program and its arguments; the program is looked up in the sandbox's `PATH`.
    pub argv: Vec<String>,
    /// The program to take where there is none of the first one's name.
    pub instead: Option<String>,
    /// The folder to start in, relative to the workspace (`""` is the workspace itself).
    pub working_dir: String,
    /// Variables beside the sandbox's own; they win over them.
    pub env: BTreeMap<String, String>,
    /// When to kill everything.
    pub timeout: Duration,
    /// How many bytes to keep of stdout, and as many of stderr: half from the start, half from the end.
    pub keep_output: usize,
    /// A network for this command alone, in the place of the sandbox's.
    pub access: Option<Access>,
    /// The terminal or job that it belongs to, for who lists processes; `None` for a single command.
    pub belongs_to: Option<String>,
}

impl ExecRequest {
    /// A request with the defaults: 30 seconds, 256 KiB kept of each stream.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            instead: None,
            working_dir: String::new(),
            env: BTreeMap::new(),
            timeout: Duration::from_secs(30),
            keep_output: 256 * 1024,
            access: None,
            belongs_to: None,
        }
    }

    /// The same for the shell of the sandbox with these arguments: `bash`, or `sh` where there is none.
    #[must_use]
    pub fn shell<const N: usize>(arguments: [&str; N]) -> Self {
        Self { instead: Some("sh".to_owned()), ..Self::new(["bash"].into_iter().chain(arguments)) }
    }
}

/// Which of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A piece of output, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Chunk {
    /// Where it was written.
    pub stream: Stream,
    /// The text; bytes that are not UTF-8 have become U+FFFD.
    pub text: String,
}

/// Where the pieces go while the command runs.
///
/// A full channel slows the command down, so read it beside the call; a closed one is no error.
pub type ChunkSender = mpsc::Sender<Chunk>;

/// Why a command is no longer running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CommandEnd")]
pub enum Ended {
    /// It ended by itself.
    Exited,
    /// A signal ended it.
    Signalled,
    /// It ran longer than it was given, and was killed.
    TimedOut,
    /// It used more memory than it may, and was killed.
    MemoryLimit,
    /// It let the workspace grow over its limit, and was killed.
    DiskLimit,
    /// It wrote more output than it may, and was killed.
    OutputLimit,
    /// It was not waited for any longer, and goes on as a job.
    Background,
}

impl Ended {
    /// In a word, as in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exited => "exited",
            Self::Signalled => "signalled",
            Self::TimedOut => "timed_out",
            Self::MemoryLimit => "memory_limit",
            Self::DiskLimit => "disk_limit",
            Self::OutputLimit => "output_limit",
            Self::Background => "background",
        }
    }
}

/// What a command and all that it started have used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CommandUsage")]
pub struct Usage {
    /// Processor time, in milliseconds.
    pub cpu_ms: u64,
    /// The most memory that one of the processes had, in KiB.
    pub memory_peak_kb: u64,
    /// Read from disks, in KiB.
    pub disk_read_kb: u64,
    /// Written to disks, in KiB.
    pub disk_write_kb: u64,
    /// Received from the network, in bytes.
    #[serde(default)]
    pub network_received_bytes: u64,
    /// Sent to the network, in bytes.
    #[serde(default)]
    pub network_sent_bytes: u64,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CommandResult")]
pub struct ExecResult {
    /// The exit code; absent when it did not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The number of the signal that ended it, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Why it is no longer running.
    pub ended: Ended,
    /// What it wrote to standard output; the middle is left out when `truncated`.
    pub stdout: String,
    /// What it wrote to standard error; the middle is left out when `truncated`.
    pub stderr: String,
    /// How many bytes it wrote to standard output in all.
    pub stdout_bytes: u64,
    /// How many bytes it wrote to standard error in all.
    pub stderr_bytes: u64,
    /// Whether a part of either stream was left out.
    pub truncated: bool,
    /// Whether it was killed because its time was over.
    pub timed_out: bool,
    /// How long it ran, in milliseconds, with the making of the sandbox.
    pub duration_ms: u64,
    /// What it has used, with the making of the sandbox.
    pub usage: Usage,
}
