//! Tells what the machine offers and what of it is used, by trying it.

mod bounds;
mod probe;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::sandbox::Limits;
use crate::sandbox::docker::{Docker, Engine};
use crate::sandbox::local::Local;

/// What was found out about this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this server.
    pub version: String,
    /// The kernel, as in `Linux 6.1.0`.
    pub kernel: String,
    /// The processor's architecture, as in `x86_64`.
    pub architecture: String,
    /// How many processors this process may use.
    pub cpus: usize,
    /// Memory of the machine in MiB.
    pub memory_mb: u64,
    /// The backends that work here.
    pub backends: Vec<String>,
    /// The engine of the backend `docker`, if one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker: Option<Engine>,
    /// What became of a command in a sandbox that was made just now.
    pub sandbox: Verdict,
    /// What was looked for.
    pub checks: Vec<Check>,
    /// What a sandbox may take unless it asks for less.
    pub limits: Limits,
}

/// Whether commands can be run here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Whether a command was run in isolation. If not, every command is refused.
    pub works: bool,
    /// What the trial showed, or what it failed at.
    pub detail: String,
    /// How long the trial took, in milliseconds.
    pub duration_ms: u64,
}

/// One thing that was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What.
    pub name: String,
    /// What is here; `none` if nothing.
    pub found: String,
    /// Whether it is used.
    pub used: bool,
    /// Why it is used, or why not.
    pub why: String,
}

/// Looks at the machine and tries a sandbox.
pub async fn examine(config: &Config) -> Report {
    let mut options = config.local();
    // Images are tried where they would be.
    options.data_dir = config.disk_images.then(|| config.data_dir.clone());
    let local = Local::new(options);
    let docker = Docker::new(config.docker(String::new(), String::new()));
    let (sandbox, engine, image) =
        tokio::join!(probe::sandbox(&local, &config.limits), docker.engine(), docker.standard_image());
    let mut backends = Vec::new();
    if sandbox.works {
        backends.push("local".to_owned());
    }
    if engine.as_ref().is_ok_and(|engine| engine.refusal.is_none()) {
        backends.push("docker".to_owned());
    }
    let uname = rustix::system::uname();
    Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        kernel: format!("{} {}", uname.sysname().to_string_lossy(), uname.release().to_string_lossy()),
        architecture: std::env::consts::ARCH.to_owned(),
        cpus: std::thread::available_parallelism().map_or(1, Into::into),
        memory_mb: probe::memory_mb(),
        backends,
        checks: probe::checks(&local, sandbox.works, &config.limits, &engine, &image).await,
        docker: engine.ok(),
        sandbox,
        limits: config.limits.clone(),
    }
}

fn check(name: &str, found: impl Into<String>, used: bool, why: &str) -> Check {
    Check { name: name.to_owned(), found: found.into(), used, why: why.to_owned() }
}

impl Report {
    /// The report as JSON for people.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "disco {} on {}, {}", self.version, self.kernel, self.architecture)?;
        writeln!(f, "{} processors, {} MiB of memory\n", self.cpus, self.memory_mb)?;
        let names = self.checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
        let found = self.checks.iter().map(|check| check.found.len()).max().unwrap_or(0);
        for Check { name, found: what, used, why } in &self.checks {
            let used = if *used { "used" } else { "-" };
            writeln!(f, "{name:names$}  {what:found$}  {used:4}  {why}")?;
        }
        let verdict = if self.sandbox.works { "commands run in a sandbox" } else { "NO COMMAND WILL BE RUN" };
        write!(f, "\n{verdict} ({} ms): {}", self.sandbox.duration_ms, self.sandbox.detail)
    }
}
