//! A sandbox that is in trouble, or slow.

use disco_sdk::prelude::*;

use crate::sandbox::sandbox_ids;

/// Finds out what is wrong in a sandbox.
#[prompt(title = "Debug a sandbox")]
fn debug_container(
    /// The sandbox.
    #[arg(rename = "containerId", complete = sandbox_ids)]
    container_id: String,
    /// What is wrong, as you see it.
    issue: Option<String>,
) -> String {
    let issue = issue.map_or_else(
        || "Something is wrong there; find out what.".to_owned(),
        |issue| format!("What is wrong: {issue}"),
    );
    format!(
        "Debug the sandbox `{container_id}`: give it as `sandbox_id` to every tool. {issue}\n\
         1. Look at what it may take and what the machine offers (`sandbox_list`, `system_info`), and at its files \
         (`file_list`, three levels deep).\n\
         2. Make the trouble happen again with `terminal_execute`, and read its exit code, `ended` and the errors: \
         `memory_limit`, `disk_limit` and `timed_out` say that a limit ended it.\n\
         3. Look at processes and space from inside (`ps aux`, `df -h /workspace`, `ulimit -a`), and for the words of \
         the error in the files (`file_search`).\n\
         4. Change one thing at a time (`file_edit` with `dry_run` first), and run it again.\n\
         At the end tell what was wrong, what has shown it, and what you have changed."
    )
}

/// Makes what runs in a sandbox faster, or smaller.
#[prompt(title = "Optimize performance")]
fn optimize_performance(
    /// The sandbox.
    #[arg(rename = "containerId", complete = sandbox_ids)]
    container_id: String,
) -> String {
    format!(
        "Make the work in the sandbox `{container_id}` faster: give it as `sandbox_id` to every tool.\n\
         1. Find out what is run there (`file_list`, `file_search` for build and test scripts).\n\
         2. Measure before you change anything: run it three times with `terminal_execute`, and note `duration_ms` and \
         `usage` (processor time, memory, disk). What takes longer than you can wait is a job: `submit_job`, then \
         `get_job_logs`.\n\
         3. Find the part that costs most (a profiler, if one is installed), change only that (`file_edit`), and \
         measure again. Take a change back that does not show.\n\
         At the end tell the figures before and after, and what each change has brought."
    )
}
