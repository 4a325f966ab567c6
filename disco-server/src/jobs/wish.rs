//! What a caller says of a job that is to be run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Spec;

/// The arguments of `run_job` and `submit_job`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Wish {
    /// The shell commands, one after the other.
    #[schemars(length(min = 1, max = 50), example = ["cargo build --release", "cargo test"])]
    commands: Vec<String>,
    /// The sandbox; the default one if absent.
    sandbox_id: Option<String>,
    /// Runs it in a new sandbox after this template instead, which is deleted when it is done.
    template: Option<String>,
    /// Runs it in a new container of this image instead.
    image: Option<String>,
    /// The folder to start in, relative to the workspace; the workspace itself if absent.
    working_dir: Option<String>,
    /// Variables for the commands. Values whose names sound secret, such as `API_TOKEN`, are not in the record.
    env: Option<BTreeMap<String, String>>,
    /// Patterns of files in the workspace to keep when the job is done.
    #[schemars(example = ["target/release/*.tar.gz"])]
    artifacts: Option<Vec<String>>,
    /// How long all of it may take, in seconds.
    #[serde(default = "five_minutes")]
    #[schemars(range(min = 1, max = 3600))]
    timeout: u64,
    /// An id of your own; one is made up if absent.
    #[schemars(example = "nightly-build-7")]
    job_id: Option<String>,
    /// What it is for, in a sentence.
    intent: Option<String>,
    /// Words to find it by.
    tags: Option<Vec<String>>,
    /// Who or what has started it.
    #[serde(default = "mcp")]
    triggered_by: String,
    /// The job that this one belongs to.
    parent_job_id: Option<String>,
}

fn five_minutes() -> u64 {
    300
}

pub(super) fn mcp() -> String {
    "mcp".to_owned()
}

impl From<Wish> for Spec {
    fn from(wish: Wish) -> Self {
        Self {
            job_id: wish.job_id,
            sandbox_id: wish.sandbox_id,
            template: wish.template,
            image: wish.image,
            commands: wish.commands,
            working_dir: wish.working_dir.unwrap_or_default(),
            env: wish.env.unwrap_or_default(),
            artifacts: wish.artifacts.unwrap_or_default(),
            timeout: wish.timeout,
            intent: wish.intent.unwrap_or_default(),
            tags: wish.tags.unwrap_or_default(),
            triggered_by: wish.triggered_by,
            parent_job_id: wish.parent_job_id,
        }
    }
}
