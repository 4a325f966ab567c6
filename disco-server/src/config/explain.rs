//! Where each setting comes from: what `disco config` tells.

use std::fmt;

use clap::parser::ValueSource;
use serde::Serialize;

use super::{Config, Given, KEYS, in_file};
use crate::error::Result;

/// One setting as it holds, and who says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// The key of `disco.toml`.
    pub key: &'static str,
    /// What holds.
    pub value: toml::Value,
    /// The flag, the variable or the file that says it; `default` if none does.
    pub source: String,
}

/// A line of `disco.toml`, with the source behind it.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:48} # {}", format!("{} = {}", self.key, self.value), self.source)
    }
}

impl Config {
    /// Every setting with its source. `source` is what `clap` knows of a flag or its variable.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn explain(given: &Given, source: impl Fn(&str) -> Option<ValueSource>) -> Result<Vec<Setting>> {
        let config = Self::load(given)?;
        let file = in_file(given)?;
        let told = |key: &'static str| Setting {
            key,
            value: config.value(key),
            source: match (source(key), &file) {
                (Some(ValueSource::CommandLine), _) => flag(key),
                (Some(ValueSource::EnvVariable), _) => format!("DISCO_{}", key.to_ascii_uppercase()),
                (_, Some((path, table))) if table.contains_key(key) => path.display().to_string(),
                _ => "default".to_owned(),
            },
        };
        Ok(KEYS.into_iter().map(told).collect())
    }

    fn value(&self, key: &str) -> toml::Value {
        let number = |number: u64| toml::Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let path = |path: &std::path::Path| toml::Value::String(path.display().to_string());
        match key {
            "workspace" => path(&self.workspace),
            "data_dir" => path(&self.data_dir),
            "listen" => self.listen.clone().into(),
            "tools" => self.tools.iter().map(|tool| path(tool)).collect::<Vec<_>>().into(),
            "max_sandboxes" => number(self.max_sandboxes as u64),
            "max_running" => number(self.max_running as u64),
            "max_jobs" => number(self.jobs.running as u64),
            "max_queued_jobs" => number(self.jobs.queued as u64),
            "max_runs" => number(self.jobs.runs as u64),
            "job_log_mb" => number(self.jobs.log_bytes >> 20),
            "artifact_mb" => number(self.jobs.artifact_bytes >> 20),
            "audit_entries" => number(self.audit_entries),
            limit => {
                let limits = toml::Value::try_from(&self.limits).ok();
                limits
                    .and_then(|limits| limits.get(limit).cloned())
                    .unwrap_or(toml::Value::String(String::new()))
            }
        }
    }
}

fn flag(key: &str) -> String {
    if key == "tools" { "--tool".to_owned() } else { format!("--{}", key.replace('_', "-")) }
}
