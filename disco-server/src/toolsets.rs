//! Which tools are served. A client shows every tool to its model at every turn, so only the few that most work
//! needs are served, unless somebody asks for more.

use std::fmt::Write as _;

use disco_sdk::Server;
use disco_sdk::server::tool::Tool;

use crate::compat;

/// The name under which everything is served.
pub const ALL: &str = "all";

/// What a coding agent needs most, from every domain, and why each tool is in: at most 32 tools, and at most 6,000
/// tokens.
pub const CORE: &[(&str, &str)] = &[
    ("sandbox_create", "work that must not mix with other work begins here"),
    ("sandbox_list", "handles are found again after a conversation was cut"),
    ("sandbox_delete", "what was made can be taken away"),
    ("sandbox_snapshot", "a point to come back to before something is tried"),
    ("sandbox_restore", "the way back to it"),
    ("template_list", "what a sandbox can begin with, before one is made"),
    ("file_read", "half of all calls of an agent"),
    ("file_write", "new files"),
    ("file_edit", "changes of a part, checked against what is there"),
    ("file_list", "the first look at a project"),
    ("file_delete", "asks the user before much is gone, which `rm` does not"),
    ("file_move", "renames without replacing by accident"),
    ("file_search", "finds the place to read, instead of reading everything"),
    ("terminal_execute", "builds, tests, and everything that has no tool"),
    ("terminal_open", "programs that ask and answer: shells, debuggers, editors, servers that stay up"),
    ("terminal_write", "one step of such a program: type, wait, read"),
    ("terminal_read", "what came of it later"),
    ("terminal_close", "the way out of `terminal_open`"),
    ("git_clone", "most work begins with a repository, and a sandbox cannot reach one by itself"),
    ("git_status", "what has changed, in a form that needs no parsing"),
    ("git_diff", "what has changed in it, within bounds"),
    ("git_commit", "keeps what works"),
    ("git_pull", "what others did meanwhile; it needs a credential that no command has"),
    ("git_push", "brings the work to where it belongs; it needs the same"),
    ("submit_job", "work that takes longer than a client waits"),
    ("get_job_status", "how it stands"),
    ("get_job_logs", "what it wrote, from where one has read to"),
    ("cancel_job", "the way out of `submit_job`"),
    ("get_artifact", "what it made, also when its sandbox is gone"),
    ("list_containers", "what runs in the engine on behalf of this server"),
    ("system_info", "what is installed and how much may be used, before a plan is made"),
];

/// The sets beside `core`: name, what it is for, and the tools. A tool may be in several.
pub const SETS: &[(&str, &str, &[&str])] = &[
    (
        "files",
        "sandboxes and their files",
        &[
            "sandbox_create",
            "sandbox_list",
            "sandbox_get",
            "sandbox_start",
            "sandbox_stop",
            "sandbox_restart",
            "sandbox_delete",
            "sandbox_snapshot",
            "sandbox_restore",
            "sandbox_fork",
            "sandbox_diff",
            "snapshot_list",
            "snapshot_delete",
            "template_list",
            "template_get",
            "file_read",
            "file_write",
            "file_edit",
            "file_list",
            "file_search",
            "file_stat",
            "file_mkdir",
            "file_move",
            "file_delete",
            "file_upload",
            "file_download",
        ],
    ),
    (
        "terminal",
        "commands, programs that one can talk to, and what runs",
        &[
            "terminal_execute",
            "terminal_open",
            "terminal_write",
            "terminal_read",
            "terminal_resize",
            "terminal_signal",
            "terminal_close",
            "terminal_list",
            "process_list",
            "process_kill",
        ],
    ),
    (
        "git",
        "repositories",
        &[
            "git_clone",
            "git_status",
            "git_log",
            "git_diff",
            "git_show",
            "git_branch",
            "git_checkout",
            "git_add",
            "git_commit",
            "git_push",
            "git_pull",
            "git_reset",
        ],
    ),
    (
        "jobs",
        "long work, what it wrote and what it left",
        &[
            "run_job",
            "submit_job",
            "get_job_status",
            "get_job_logs",
            "list_jobs",
            "cancel_job",
            "list_artifacts",
            "get_artifact",
            "list_runs",
            "get_run",
            "delete_run",
            "cleanup_runs",
        ],
    ),
    (
        "containers",
        "the containers of docker sandboxes",
        &[
            "list_containers",
            "inspect_container",
            "get_container_logs",
            "stop_container",
            "remove_container",
            "cleanup_containers",
        ],
    ),
    ("admin", "a look at the server itself", &["system_info", "audit_query"]),
];

/// Serves the tools of the chosen sets and no others.
pub(crate) fn choose(server: Server, chosen: &[String], is_compatible: bool) -> Server {
    let all = SETS.iter().flat_map(|(_, _, tools)| tools.iter().copied()).chain(compat::TOOLS);
    let server = all.fold(server, |server, name| server.tool(name, with_all_hints));
    let server = compat::apply(server, is_compatible);
    let core = server.toolset("core", CORE.iter().map(|(tool, _)| *tool));
    let server =
        SETS.iter().fold(core, |server, (name, _, tools)| server.toolset(*name, tools.iter().copied()));
    if chosen.iter().any(|set| set == ALL) {
        return server;
    }
    let old = is_compatible.then(|| compat::SET.to_owned());
    server.toolsets(chosen.iter().cloned().chain(old))
}

/// What a tool does not say of itself is not so. Clients would assume the worst of it.
fn with_all_hints(tool: Tool) -> Tool {
    tool.with_annotations(|hints| {
        hints.read_only_hint.get_or_insert(false);
        hints.destructive_hint.get_or_insert(false);
        hints.idempotent_hint.get_or_insert(false);
        hints.open_world_hint.get_or_insert(false);
    })
}

/// Every set with its tools, for people.
#[must_use]
pub fn told() -> String {
    let mut text = "core: what a coding agent needs most (the default)\n".to_owned();
    for (tool, why) in CORE {
        let _ = writeln!(text, "  {tool:18} {why}");
    }
    for (name, what, tools) in SETS {
        let _ = write!(text, "{name}: {what}\n  {}\n", tools.join(" "));
    }
    let _ = write!(text, "{ALL}: all of them");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_has_at_most_32_tools_and_all_of_them_are_in_another_set() {
        assert!(CORE.len() <= 32, "{}", CORE.len());
        for (tool, _) in CORE {
            assert!(SETS.iter().any(|(_, _, tools)| tools.contains(tool)), "{tool}");
        }
    }
}
