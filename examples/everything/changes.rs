//! Changes that clients hear of: the lists of tools and prompts, and one resource.

use disco_sdk::prelude::*;

/// Says that the list of tools has changed.
#[tool]
fn test_trigger_tool_change(cx: Context) -> &'static str {
    cx.notifier().tools_list_changed();
    "Clients that listen have been told."
}

/// Says that the list of prompts has changed.
#[tool]
fn test_trigger_prompt_change(cx: Context) -> &'static str {
    cx.notifier().prompts_list_changed();
    "Clients that listen have been told."
}

/// A resource to watch.
#[resource("test://watched-resource")]
fn watched_resource() -> &'static str {
    "Watch this."
}
