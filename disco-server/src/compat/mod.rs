//! Old names, for prompts and programs that know them: served with `--compat`, beside the names of today.
//!
//! Most are another name for a tool of today, with at most an argument that was called otherwise. Four had shapes of
//! their own; they are tools of their own. All speak as the old ones did ([`manners`]).

mod containers;
mod manners;

use disco_sdk::Server;
use disco_sdk::server::tool::Tool;
use serde_json::json;

pub(crate) use containers::TOOLS;
pub(crate) use manners::layer;

/// What an argument is called, and what it was called.
type Renamed = Option<(&'static str, &'static str)>;

/// What a tool was called, what it is called, and how an argument was called that has another name now.
const NAMES: &[(&str, &str, Renamed)] = &[
    ("orcaops_run_job", "run_job", None),
    ("orcaops_submit_job", "submit_job", None),
    ("orcaops_get_job_status", "get_job_status", None),
    ("orcaops_get_job_logs", "get_job_logs", None),
    ("orcaops_list_jobs", "list_jobs", None),
    ("orcaops_cancel_job", "cancel_job", None),
    ("orcaops_list_artifacts", "list_artifacts", None),
    ("orcaops_get_artifact", "get_artifact", None),
    ("orcaops_list_runs", "list_runs", None),
    ("orcaops_get_run", "get_run", None),
    ("orcaops_delete_run", "delete_run", None),
    ("orcaops_cleanup_runs", "cleanup_runs", None),
    ("orcaops_list_sandboxes", "sandbox_list", None),
    ("orcaops_get_sandbox", "sandbox_get", NAME),
    (CREATE, "sandbox_create", None),
    ("orcaops_start_sandbox", "sandbox_start", NAME),
    ("orcaops_stop_sandbox", "sandbox_stop", NAME),
    ("orcaops_list_templates", "template_list", None),
    ("orcaops_get_template", "template_get", Some(("name", "template_id"))),
    ("orcaops_list_containers", "list_containers", None),
    ("orcaops_inspect_container", "inspect_container", None),
    ("orcaops_get_container_logs", "get_container_logs", None),
    ("orcaops_stop_container", "stop_container", None),
    ("orcaops_remove_container", "remove_container", None),
    ("orcaops_cleanup_containers", "cleanup_containers", None),
    ("orcaops_system_info", "system_info", None),
];

/// Makes a sandbox, whose name nobody else has.
const CREATE: &str = "orcaops_create_sandbox";

/// Sandboxes were told apart by their names.
const NAME: Renamed = Some(("sandbox_id", "name"));

/// Serves the old names too, or none of them. The second is the set that they are in.
pub(crate) fn apply(server: Server, is_wanted: bool) -> Server {
    if !is_wanted {
        return TOOLS.iter().fold(server, |server, name| server.without_tool(name));
    }
    let names = NAMES.iter().map(|(old, ..)| *old).chain(TOOLS).collect::<Vec<_>>();
    NAMES.iter().fold(server, also_called).toolset(SET, names)
}

/// The set of all old names.
pub(crate) const SET: &str = "compat";

fn also_called(server: Server, (old, new, renamed): &(&str, &str, Renamed)) -> Server {
    let mut copy = None;
    let server = server.tool(new, |tool| {
        copy = Some(with_idle_arguments(tool.clone().with_name(*old)));
        tool
    });
    match (copy, renamed) {
        (Some(copy), Some((from, to))) => server.with(copy.with_renamed_argument(from, to)),
        (Some(copy), None) => server.with(copy),
        (None, _) => server,
    }
}

/// What an old tool took and what means nothing any more is in its schema, since it is taken.
fn with_idle_arguments(tool: Tool) -> Tool {
    let mut schema = tool.info().input_schema.clone();
    for (_, argument, kind) in manners::IDLE.iter().filter(|(old, ..)| *old == tool.info().name) {
        schema["properties"][*argument] = json!({"type": kind, "description": "Taken, and of no effect."});
    }
    tool.with_input_schema(schema)
}
