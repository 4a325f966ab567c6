//! The audit over REST.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::tools::{self, AuditPage};
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Query, Route, bounded};

/// Which entries.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// Only calls of this caller.
    who: Option<String>,
    /// Only calls of this tool, resource, prompt or operation.
    name: Option<String>,
    /// Only calls with this outcome: `ok`, `dropped`, or the code of an error.
    outcome: Option<String>,
    /// Only entries before this number: `next_before` of the answer before.
    before: Option<u64>,
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<usize>,
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/api/v1/audit",
            "audit_query",
            "Tells what was done on this server, the newest first.",
            query,
        )
        .may_fail(&[ErrorCode::InvalidArgument]),
    ]
}

async fn query(app: State<App>, Query(query): Query<AuditQuery>) -> Result<AuditPage> {
    let AuditQuery { who, name, outcome, before, limit } = query;
    let limit = bounded("limit", limit.unwrap_or(50), 1..=200)?;
    Ok(tools::audit_query(app, who, name, outcome, before, limit).await?.0)
}
