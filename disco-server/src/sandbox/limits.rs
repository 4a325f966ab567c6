//! How much a sandbox may take.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorCode, Result};

/// What one sandbox may take. Each bound counts for one running command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Memory of all processes together, in MiB. Kept by a cgroup where one can be made, else by watching
    /// them (some tenths of a second late), and per process by `RLIMIT_DATA` in any case.
    pub memory_mb: u64,
    /// Processor time per second, in processors. Kept only where a cgroup can be made.
    pub cpus: f64,
    /// Processes and threads at one time.
    pub processes: u64,
    /// Size of the workspace, in MiB. A command that goes over it is killed, a file that would is not written.
    pub disk_mb: u64,
    /// Size of one file, in MiB.
    pub file_mb: u64,
    /// Size of the private /tmp, /run, /dev/shm and home together, in MiB. They are in memory.
    pub tmp_mb: u64,
    /// Files that one process may hold open.
    pub open_files: u64,
    /// Output of one command, in MiB; a command that writes more is killed.
    pub output_mb: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_mb: 2048,
            cpus: 2.0,
            processes: 512,
            disk_mb: 10_240,
            file_mb: 4096,
            tmp_mb: 512,
            open_files: 4096,
            output_mb: 64,
        }
    }
}

/// A wish for other limits; what is absent stays as the server has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsWish {
    /// Memory of all processes together, in MiB.
    pub memory_mb: Option<u64>,
    /// Processor time per second, in processors.
    pub cpus: Option<f64>,
    /// Processes and threads at one time.
    pub processes: Option<u64>,
    /// Size of the workspace, in MiB.
    pub disk_mb: Option<u64>,
    /// Size of one file, in MiB.
    pub file_mb: Option<u64>,
    /// Size of the private /tmp, /run, /dev/shm and home together, in MiB.
    pub tmp_mb: Option<u64>,
    /// Files that one process may hold open.
    pub open_files: Option<u64>,
    /// Output of one command, in MiB.
    pub output_mb: Option<u64>,
}

impl LimitsWish {
    /// This wish, and where it says nothing, the other.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            memory_mb: self.memory_mb.or(other.memory_mb),
            cpus: self.cpus.or(other.cpus),
            processes: self.processes.or(other.processes),
            disk_mb: self.disk_mb.or(other.disk_mb),
            file_mb: self.file_mb.or(other.file_mb),
            tmp_mb: self.tmp_mb.or(other.tmp_mb),
            open_files: self.open_files.or(other.open_files),
            output_mb: self.output_mb.or(other.output_mb),
        }
    }
}

impl From<&Limits> for LimitsWish {
    fn from(limits: &Limits) -> Self {
        Self {
            memory_mb: Some(limits.memory_mb),
            cpus: Some(limits.cpus),
            processes: Some(limits.processes),
            disk_mb: Some(limits.disk_mb),
            file_mb: Some(limits.file_mb),
            tmp_mb: Some(limits.tmp_mb),
            open_files: Some(limits.open_files),
            output_mb: Some(limits.output_mb),
        }
    }
}

impl Limits {
    /// These limits with what is wished for.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when a wish goes beyond these limits, or is too small to run anything.
    pub fn with(&self, wish: &LimitsWish) -> Result<Self> {
        let limits = Self {
            memory_mb: wish.memory_mb.unwrap_or(self.memory_mb),
            cpus: wish.cpus.unwrap_or(self.cpus),
            processes: wish.processes.unwrap_or(self.processes),
            disk_mb: wish.disk_mb.unwrap_or(self.disk_mb),
            file_mb: wish.file_mb.unwrap_or(self.file_mb),
            tmp_mb: wish.tmp_mb.unwrap_or(self.tmp_mb),
            open_files: wish.open_files.unwrap_or(self.open_files),
            output_mb: wish.output_mb.unwrap_or(self.output_mb),
        };
        limits.check_within(self)?;
        Ok(limits)
    }

    /// The most that can be set at all; beyond it is a slip of the pen.
    #[must_use]
    pub fn most() -> Self {
        Self {
            memory_mb: 1 << 22,
            cpus: 4096.0,
            processes: 1 << 16,
            disk_mb: 1 << 27,
            file_mb: 1 << 27,
            tmp_mb: 1 << 20,
            open_files: 1 << 20,
            output_mb: 1 << 16,
        }
    }

    /// Refuses what is more than `most` allows, or too little to run anything.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT`, naming the bound.
    pub fn check_within(&self, most: &Self) -> Result<()> {
        for (name, value, least, most) in [
            ("memory_mb", self.memory_mb, 16, most.memory_mb),
            ("processes", self.processes, 4, most.processes),
            ("disk_mb", self.disk_mb, 1, most.disk_mb),
            ("file_mb", self.file_mb, 1, most.file_mb),
            ("tmp_mb", self.tmp_mb, 1, most.tmp_mb),
            ("open_files", self.open_files, 16, most.open_files),
            ("output_mb", self.output_mb, 1, most.output_mb),
        ] {
            if !(least..=most).contains(&value) {
                return Err(out_of_range(name, &value.to_string(), &least.to_string(), &most.to_string()));
            }
        }
        if !(0.05..=most.cpus).contains(&self.cpus) {
            return Err(out_of_range("cpus", &self.cpus.to_string(), "0.05", &most.cpus.to_string()));
        }
        Ok(())
    }
}

fn out_of_range(name: &str, value: &str, least: &str, most: &str) -> Error {
    Error::new(ErrorCode::InvalidArgument, format!("`{name}` is {value}, but must be {least} to {most}"))
        .suggest("choose a value in this range, or leave it out")
}
