//! What a command has used, by the counters of its container's cgroup.
//!
//! They are read as files, because the engine takes up to a second to tell the same. Where the engine's processes
//! are not to be seen from here (it runs in a machine of its own), nothing is told: all counters are 0.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::exec::Usage;

/// The counters of one container.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    /// Each with the controllers that it counts for; version 2 has one folder for all.
    folders: Vec<(String, PathBuf)>,
}

impl Meter {
    /// By the engine's number for process 1 of the container. Where the engine counts other processes than this machine
    /// does, the number is somebody else's, whose cgroups do not have the container's name.
    pub(super) fn of(pid: Option<i64>, container: &str) -> Self {
        let text = pid.and_then(|pid| fs::read_to_string(format!("/proc/{pid}/cgroup")).ok());
        let text = text.unwrap_or_default();
        let folders = text.lines().filter(|line| line.contains(container)).filter_map(folder).collect();
        Self { folders }
    }

    /// A cgroup of the container; `None` where it is not to be seen from here.
    pub(super) fn cgroup(&self) -> Option<PathBuf> {
        Some(self.folders.first()?.1.clone())
    }

    /// How many processes are in the container; `None` where that is not to be seen from here.
    pub(super) fn processes(&self) -> Option<usize> {
        let all = fs::read_to_string(self.cgroup()?.join("cgroup.procs")).ok()?;
        Some(all.lines().count())
    }

    /// What was used until now.
    pub(super) fn read(&self) -> Usage {
        let mut usage = Usage::default();
        for (controllers, folder) in &self.folders {
            let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
            let number = |file: &str| text(file).trim().parse::<u64>().unwrap_or(0);
            let counts = |controller: &str| controllers.split(',').any(|one| one == controller);
            if controllers.is_empty() {
                usage.cpu_ms += field(&text("cpu.stat"), "usage_usec ") / 1000;
                usage.memory_peak_kb += number("memory.peak") / 1024;
                usage.disk_read_kb += pairs(&text("io.stat"), "rbytes=") / 1024;
                usage.disk_write_kb += pairs(&text("io.stat"), "wbytes=") / 1024;
            }
            if counts("cpuacct") {
                usage.cpu_ms += number("cpuacct.usage") / 1_000_000;
            }
            if counts("memory") {
                usage.memory_peak_kb += number("memory.max_usage_in_bytes") / 1024;
            }
            if counts("blkio") {
                let bytes = text("blkio.throttle.io_service_bytes_recursive");
                usage.disk_read_kb += pairs(&bytes, "Read ") / 1024;
                usage.disk_write_kb += pairs(&bytes, "Write ") / 1024;
            }
        }
        usage
    }

    /// How often the kernel has killed something in it for want of memory.
    pub(super) fn kills(&self) -> u64 {
        let counts = self
            .folders
            .iter()
            .flat_map(|(_, folder)| ["memory.events", "memory.oom_control"].map(|file| folder.join(file)));
        counts.map(|path| field(&fs::read_to_string(path).unwrap_or_default(), "oom_kill ")).sum()
    }

    /// What was used since. The most memory is that since the container began.
    pub(super) fn since(&self, before: Usage) -> Usage {
        let now = self.read();
        Usage {
            cpu_ms: now.cpu_ms.saturating_sub(before.cpu_ms),
            memory_peak_kb: now.memory_peak_kb,
            disk_read_kb: now.disk_read_kb.saturating_sub(before.disk_read_kb),
            disk_write_kb: now.disk_write_kb.saturating_sub(before.disk_write_kb),
            ..Usage::default()
        }
    }
}

/// A line as in `4:memory:/docker/0123` or `0::/system.slice/docker-0123.scope`.
fn folder(line: &str) -> Option<(String, PathBuf)> {
    let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
    let path = path.trim_start_matches('/');
    let roots = [Path::new("/sys/fs/cgroup").join(controllers), PathBuf::from("/sys/fs/cgroup/unified")];
    // The root itself counts for the whole machine: what names it, names nothing of ours.
    let folder =
        roots.iter().map(|root| root.join(path)).find(|folder| !path.is_empty() && folder.is_dir())?;
    Some((controllers.to_owned(), folder))
}

fn field(text: &str, name: &str) -> u64 {
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

/// The sum of all numbers behind `name`.
fn pairs(text: &str, name: &str) -> u64 {
    let behind = text.split(name).skip(1);
    let numbers = behind.filter_map(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok());
    numbers.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_behind_a_word_are_added_up() {
        let text = "8:0 Read 10\n8:0 Write 4\n8:16 Read 7\nTotal 21\n";
        assert_eq!((pairs(text, "Read "), pairs(text, "Write ")), (17, 4));
        assert_eq!(pairs("8:0 rbytes=5 wbytes=6 rios=1\n8:16 rbytes=1", "rbytes="), 6);
        assert_eq!(field("usage_usec 42\nuser_usec 1\n", "usage_usec "), 42);
    }
}
