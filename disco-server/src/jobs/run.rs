//! What a job is asked to be, and the record of what became of it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LogAnalysis;
use super::redacted::redacted;
use crate::digest::sha256;
use crate::error::{Error, Result};
use crate::moment;
use crate::sandbox::{Ended, ExecResult};

/// A wish for a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// The id that it is to have; one is made up if absent.
    pub job_id: Option<String>,
    /// Where it runs; the default sandbox if absent.
    pub sandbox_id: Option<String>,
    /// What a sandbox of its own is made after; it is deleted when the job is done.
    pub template: Option<String>,
    /// The image that a sandbox of its own has; it is deleted when the job is done.
    pub image: Option<String>,
    /// Shell commands, one after the other; the first that fails is the last.
    pub commands: Vec<String>,
    /// The folder that they start in, relative to the workspace.
    pub working_dir: String,
    /// Variables for all of them.
    pub env: BTreeMap<String, String>,
    /// Patterns of the files to keep when it is done.
    pub artifacts: Vec<String>,
    /// How long all of it may take, in seconds.
    pub timeout: u64,
    /// What it is for.
    pub intent: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Who or what has started it.
    pub triggered_by: String,
    /// The job that this one belongs to.
    pub parent_job_id: Option<String>,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "JobState")]
pub enum Status {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// Every command has ended with 0.
    Success,
    /// A command has failed, or could not be run.
    Failed,
    /// Its time was over.
    TimedOut,
    /// It was cancelled.
    Cancelled,
    /// The server ended while it ran.
    Interrupted,
}

impl Status {
    /// Whether it stays as it is.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What became of a sandbox that was made for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RunCleanup")]
pub enum CleanupStatus {
    /// It is gone.
    Destroyed,
    /// It could not be deleted; it is removed some minutes later.
    Leaked,
}

/// One command of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RunStep")]
pub struct Step {
    /// The command.
    pub command: String,
    /// Its exit code; 124 when its time was over, absent when a signal or a limit ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Why it is no longer running.
    pub ended: Ended,
    /// What it wrote to standard output; of a long one the head and the tail.
    pub stdout: String,
    /// What it wrote to standard error; of a long one the head and the tail.
    pub stderr: String,
    /// How long it ran, in seconds.
    pub duration_seconds: f64,
}

/// A file that a job has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// Its path in the workspace.
    pub name: String,
    /// How large it is.
    pub size_bytes: u64,
    /// The digest of its bytes, by which they are kept.
    pub sha256: String,
}

/// What a job has used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RunUsage")]
pub struct ResourceUsage {
    /// Processor time, in seconds.
    pub cpu_seconds: f64,
    /// The most memory that one of its processes had, in MiB.
    pub memory_peak_mb: f64,
    /// Read from disks, in MiB.
    pub disk_read_mb: f64,
    /// Written to disks, in MiB.
    pub disk_write_mb: f64,
    /// Received from the network, in bytes.
    #[serde(default)]
    pub network_received_bytes: u64,
    /// Sent to the network, in bytes.
    #[serde(default)]
    pub network_sent_bytes: u64,
}

/// Why a job has come to no good end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunError {
    /// In a word.
    pub code: String,
    /// In a sentence.
    pub message: String,
}

/// The record of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The handle of the job.
    pub job_id: String,
    /// How it stands.
    pub status: Status,
    /// When it was asked for, as in `2026-11-21T12:00:00.000Z`.
    pub created_at: String,
    /// When it began to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// Where it runs.
    pub sandbox_id: String,
    /// How that isolates it.
    pub backend: String,
    /// What the sandbox was made after, if it is the job's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The image that is the root of its sandbox.
    #[serde(default, alias = "image", skip_serializing_if = "Option::is_none")]
    pub image_ref: Option<String>,
    /// The data folder whose server was asked for it, by the name that its containers bear.
    #[serde(default)]
    pub workspace_id: String,
    /// What became of the job's own sandbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleanup_status: Option<CleanupStatus>,
    /// What it was asked to run.
    pub commands: Vec<String>,
    /// What was run.
    pub steps: Vec<Step>,
    /// What it has left; more may be told by `list_artifacts`.
    pub artifacts: Vec<Artifact>,
    /// Why it has come to no good end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<RunError>,
    /// What was noticed on the way, such as artifacts that were too large.
    pub notes: Vec<String>,
    /// SHA-256 of backend, template or image, commands, variables and artifact patterns: the same job has the same.
    pub fingerprint: String,
    /// What it has used.
    pub resource_usage: ResourceUsage,
    /// What stands out in its log, up to the last command that has ended.
    #[serde(default)]
    pub log_analysis: LogAnalysis,
    /// Its variables; what looks secret in them is left out.
    pub environment: BTreeMap<String, String>,
    /// How long it may take, in seconds.
    pub timeout: u64,
    /// What it is for.
    pub intent: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Who or what has started it.
    pub triggered_by: String,
    /// The job that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_job_id: Option<String>,
    /// The resource that is its whole log.
    pub log_uri: String,
}

impl Run {
    pub(super) fn queued(job_id: String, sandbox_id: String, backend: String, spec: &Spec) -> Result<Self> {
        let environment = redacted(&spec.env);
        // No template has a colon in its name.
        let image = spec.image.as_ref().map(|image| format!("image:{image}"));
        let made_of = spec.template.clone().or(image);
        let facts = (&backend, &made_of, &spec.commands, &environment, &spec.artifacts);
        let facts = serde_json::to_vec(&facts).map_err(Error::internal)?;
        Ok(Self {
            status: Status::Queued,
            created_at: moment::now_with_millis(),
            started_at: None,
            finished_at: None,
            sandbox_id,
            backend,
            template: spec.template.clone(),
            image_ref: spec.image.clone(),
            workspace_id: String::new(),
            cleanup_status: None,
            commands: spec.commands.clone(),
            steps: Vec::new(),
            artifacts: Vec::new(),
            error: None,
            notes: Vec::new(),
            fingerprint: sha256(&facts),
            resource_usage: ResourceUsage::default(),
            log_analysis: LogAnalysis::default(),
            environment,
            timeout: spec.timeout,
            intent: spec.intent.clone(),
            tags: spec.tags.clone(),
            triggered_by: spec.triggered_by.clone(),
            parent_job_id: spec.parent_job_id.clone(),
            log_uri: format!("disco://jobs/{job_id}/log"),
            job_id,
        })
    }

    /// It is done, and this is how.
    pub(super) fn finish(&mut self, status: Status, error: Option<RunError>) {
        self.status = status;
        self.error = error;
        self.finished_at = Some(moment::now_with_millis());
    }

    pub(super) fn add(&mut self, command: &str, done: &ExecResult) {
        let exit_code = if done.ended == Ended::TimedOut { Some(124) } else { done.exit_code };
        self.steps.push(Step {
            command: command.to_owned(),
            exit_code,
            ended: done.ended,
            stdout: done.stdout.clone(),
            stderr: done.stderr.clone(),
            duration_seconds: Duration::from_millis(done.duration_ms).as_secs_f64(),
        });
        let used = &mut self.resource_usage;
        let mb = |kb: u64| f64::from(u32::try_from(kb).unwrap_or(u32::MAX)) / 1024.0;
        used.cpu_seconds += Duration::from_millis(done.usage.cpu_ms).as_secs_f64();
        used.memory_peak_mb = used.memory_peak_mb.max(mb(done.usage.memory_peak_kb));
        used.disk_read_mb += mb(done.usage.disk_read_kb);
        used.disk_write_mb += mb(done.usage.disk_write_kb);
        used.network_received_bytes += done.usage.network_received_bytes;
        used.network_sent_bytes += done.usage.network_sent_bytes;
    }
}

pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(env: &[(&str, &str)]) -> Spec {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Spec { commands: vec!["true".into()], env, ..Spec::default() }
    }

    fn run(spec: &Spec) -> Run {
        Run::queued("job_1".into(), "default".into(), "local".into(), spec).unwrap()
    }

    #[test]
    fn the_same_job_has_the_same_fingerprint_and_another_has_not() {
        let one = spec(&[("A", "1")]);
        assert_eq!(run(&one).fingerprint, run(&one.clone()).fingerprint);
        let others = [
            spec(&[("A", "2")]),
            Spec { commands: vec!["false".into()], ..one.clone() },
            Spec { artifacts: vec!["*.o".into()], ..one.clone() },
            Spec { image: Some("debian".into()), ..one.clone() },
        ];
        for other in others {
            assert_ne!(run(&one).fingerprint, run(&other).fingerprint);
        }
    }
}
