//! The audit over MCP.

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, Filter};
use crate::app::App;
use crate::page;

/// Some entries of the audit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct AuditPage {
    /// The newest first.
    entries: Vec<Entry>,
    /// Give this as `before` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
}

/// Tells what was done on this server: every call of a tool and every reading of a resource, with who called, what
/// it was about, a digest of its arguments, what came of it, and how long it took. The newest come first. The
/// arguments themselves are not kept. `disco audit verify` on the command line checks that nothing was changed.
#[tool(title = "Look into the audit", read_only, idempotent)]
pub(super) async fn audit_query(
    app: State<App>,
    /// Only calls of this caller.
    who: Option<String>,
    /// Only calls of this tool, resource or prompt.
    #[arg(example = "terminal_execute")]
    name: Option<String>,
    /// Only calls with this outcome: `ok`, `dropped`, or the code of an error.
    #[arg(example = "FILE_NOT_FOUND")]
    outcome: Option<String>,
    /// Only entries before this number: `next_before` of the answer before.
    before: Option<u64>,
    /// How many entries at most.
    #[arg(default = 50, range(1..=200))]
    limit: usize,
) -> Result<Json<AuditPage>> {
    let filter = Filter { who, name, outcome, before, limit: limit + 1 };
    let entries = app.audit.query(filter).await?.into_iter().map(|entry| (entry.seq, entry));
    let (entries, next_before) = page::page(entries.collect(), limit);
    Ok(Json(AuditPage { entries, next_before }))
}
