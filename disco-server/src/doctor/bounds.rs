//! What a command may take, and what sees to it here.

use std::fs;
use std::path::Path;

use super::{Check, check};
use crate::sandbox::Limits;
use crate::sandbox::local::Local;
use crate::terminal::DEFAULT_TIMEOUT_MS;

/// A row for each bound of the backend `local`.
pub(super) async fn of(local: &Local, limits: &Limits) -> Vec<Check> {
    let [memory, pids, cpu] = local.cgroup_bounds();
    let group = format!("a cgroup ({}) bounds all processes of a command together", version());
    let no_group = format!("no cgroup ({}) can be written", version());
    let by_group = |kept: bool, else_by: &str| {
        if kept { group.clone() } else { format!("{no_group}: {else_by}") }
    };
    let watched =
        "a watcher counts the workspace and kills commands at the bound; file tools write no more than it";
    let (is_kept, by_disk) = match local.try_disk_images().await {
        None => (true, watched.to_owned()),
        Some(Ok(())) => (true, "the workspace of a new sandbox is a file system of this size".to_owned()),
        Some(Err(error)) => (false, error.message),
    };
    let mib = |value: u64| format!("{value} MiB");
    vec![
        check(
            "limit memory",
            mib(limits.memory_mb),
            true,
            &by_group(memory, "the sandbox's first process watches, and RLIMIT_DATA bounds each process"),
        ),
        check(
            "limit processes",
            limits.processes.to_string(),
            true,
            &by_group(pids, "RLIMIT_NPROC bounds them"),
        ),
        check("limit cpu", format!("{} processors", limits.cpus), cpu, &by_group(cpu, "it is not bounded")),
        check("limit disk", mib(limits.disk_mb), is_kept, &by_disk),
        check("limit file size", mib(limits.file_mb), true, "RLIMIT_FSIZE bounds what commands write"),
        check("limit tmp", mib(limits.tmp_mb), true, "/tmp and its like are a tmpfs of this size"),
        check("limit open files", limits.open_files.to_string(), true, "RLIMIT_NOFILE bounds each process"),
        check(
            "limit output",
            mib(limits.output_mb),
            true,
            "the server counts it and kills a command that writes more",
        ),
        check(
            "limit time",
            format!("{} s", DEFAULT_TIMEOUT_MS / 1000),
            true,
            "the server kills a command after this time, or after that which the call gives it",
        ),
    ]
}

fn version() -> &'static str {
    match (Path::new("/sys/fs/cgroup/cgroup.controllers").exists(), fs::read_dir("/sys/fs/cgroup")) {
        (true, _) => "version 2",
        (false, Ok(_)) => "version 1",
        (false, Err(_)) => "none is mounted",
    }
}
