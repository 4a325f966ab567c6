//! The settings as flags and variables.

mod answers;
mod docker;
mod http;
mod life_cycle;
mod reach;
mod replicas;
mod terminals;
mod walks;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

pub(super) use answers::AnswersGiven;
pub(super) use docker::DockerGiven;
pub(super) use http::HttpGiven;
pub(super) use life_cycle::LifeCycleGiven;
pub(super) use reach::ReachGiven;
pub(super) use replicas::ReplicasGiven;
pub(super) use terminals::TerminalsGiven;
pub(super) use walks::WalksGiven;

/// What flags and variables say.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct Given {
    /// The file of settings; `disco/disco.toml` in the user's folder of settings, if absent.
    #[arg(long, global = true, env = "DISCO_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// The folder that commands of the default sandbox work in; `default` in the data folder, if absent.
    #[arg(long, global = true, env = "DISCO_WORKSPACE", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<PathBuf>,
    /// Where the server keeps what must last; `disco` in the user's folder of data, if absent.
    #[arg(long, global = true, env = "DISCO_DATA_DIR", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The address of `disco serve` [default: 127.0.0.1:3000].
    #[arg(long, global = true, env = "DISCO_LISTEN", value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// How many sandboxes there may be beside the default one, 0 to 10000 [default: 50].
    #[arg(long, global = true, env = "DISCO_MAX_SANDBOXES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sandboxes: Option<usize>,
    /// How many commands run at one time, 1 to 1024; more wait [default: 32].
    #[arg(long, global = true, env = "DISCO_MAX_RUNNING", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_running: Option<usize>,
    /// The sets of tools that are served, as `disco toolsets` tells them, with commas between [default: core].
    #[arg(long, global = true, env = "DISCO_TOOLSETS", value_name = "SETS", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toolsets: Option<Vec<String>>,
    /// Whether tools are served by their old names too, such as `orcaops_run_job` and `execute_command`.
    #[arg(long, global = true, env = "DISCO_COMPAT", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compat: Option<bool>,
    /// Whether each new workspace is a file system of its own, an image as large as its disk may be: what is too much fails
    /// at once, and a watcher need not kill for it. Takes root, loop devices, mkfs.ext4 and mount.
    #[arg(long, global = true, env = "DISCO_DISK_IMAGES", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_images: Option<bool>,
    /// Folders shown read-only in every sandbox, with their `bin` first in PATH; may be given again.
    #[arg(long = "tool", global = true, env = "DISCO_TOOLS", value_name = "DIR", value_delimiter = ':')]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<PathBuf>>,
    /// Memory of one command, in MiB, from 16 [default: 2048].
    #[arg(long, global = true, env = "DISCO_MEMORY_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u64>,
    /// Processor time of one command per second, from 0.05 [default: 2].
    #[arg(long, global = true, env = "DISCO_CPUS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    /// Processes and threads of one command, from 4 [default: 512].
    #[arg(long, global = true, env = "DISCO_PROCESSES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<u64>,
    /// Size of a workspace, in MiB, from 1 [default: 10240].
    #[arg(long, global = true, env = "DISCO_DISK_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_mb: Option<u64>,
    /// Size of one file, in MiB, from 1 [default: 4096].
    #[arg(long, global = true, env = "DISCO_FILE_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_mb: Option<u64>,
    /// Size of the private /tmp and the like, in MiB, from 1 [default: 512].
    #[arg(long, global = true, env = "DISCO_TMP_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmp_mb: Option<u64>,
    /// Open files of one process, from 16 [default: 4096].
    #[arg(long, global = true, env = "DISCO_OPEN_FILES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_files: Option<u64>,
    /// Output of one command, in MiB, from 1 [default: 64].
    #[arg(long, global = true, env = "DISCO_OUTPUT_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_mb: Option<u64>,
    /// How sandboxes come and go.
    #[command(flatten)]
    #[serde(flatten)]
    pub life: LifeCycleGiven,
    /// What sandboxes and git reach.
    #[command(flatten)]
    #[serde(flatten)]
    pub reach: ReachGiven,
    /// The docker backend.
    #[command(flatten)]
    #[serde(flatten)]
    pub docker: DockerGiven,
    /// How many terminals there may be.
    #[command(flatten)]
    #[serde(flatten)]
    pub terminals: TerminalsGiven,
    /// How many jobs run at one time, 1 to 256; more wait [default: 4].
    #[arg(long, global = true, env = "DISCO_MAX_JOBS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_jobs: Option<usize>,
    /// How many jobs may wait, 0 to 100000 [default: 1000].
    #[arg(long, global = true, env = "DISCO_MAX_QUEUED_JOBS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_queued_jobs: Option<usize>,
    /// How many runs are kept that are done, 1 to 1000000; the oldest go first [default: 1000].
    #[arg(long, global = true, env = "DISCO_MAX_RUNS", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_runs: Option<usize>,
    /// Log of one job, in MiB, 1 to 1024; of a longer one the middle is left out [default: 16].
    #[arg(long, global = true, env = "DISCO_JOB_LOG_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_log_mb: Option<u64>,
    /// Artifacts of one job together, in MiB, 0 to 1048576 [default: 1024].
    #[arg(long, global = true, env = "DISCO_ARTIFACT_MB", value_name = "MIB")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_mb: Option<u64>,
    /// How many entries the audit keeps, 10 to 100000000; the oldest go first [default: 100000].
    #[arg(long, global = true, env = "DISCO_AUDIT_ENTRIES", value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_entries: Option<u64>,
    /// What requests over HTTP may take, and from where they may come.
    #[command(flatten)]
    #[serde(flatten)]
    pub http: HttpGiven,
    /// What several servers share that answer for each other.
    #[command(flatten)]
    #[serde(flatten)]
    pub replicas: ReplicasGiven,
    /// How much answers hold, and what is asked about.
    #[command(flatten)]
    #[serde(flatten)]
    pub answers: AnswersGiven,
    /// How far the server walks through files.
    #[command(flatten)]
    #[serde(flatten)]
    pub walks: WalksGiven,
}
