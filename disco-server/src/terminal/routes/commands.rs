//! Commands that were run in a sandbox before, over REST: those of its jobs and its terminals.

use std::collections::HashMap;

use disco_sdk::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::history::LOOKED_AT;
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::jobs;
use crate::rest::{Path, Query, Route, bounded};
use crate::sandbox::{Id, SANDBOX};

/// What was typed so far.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Typed {
    /// How the command begins; any if left out.
    #[serde(default)]
    partial: String,
    /// How many at most; 10 if left out.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
}

/// How many commands.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HowMany {
    /// How many at most; 10 if left out.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
}

/// Commands that begin so.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CommandSuggestions")]
struct Suggestions {
    /// The last that was run first, each once.
    suggestions: Vec<String>,
}

/// Commands that are run again and again.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FrequentCommands")]
struct Frequent {
    /// The most frequent first.
    commands: Vec<Counted>,
}

/// A command, and how often it was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CountedCommand")]
struct Counted {
    /// The command.
    command: String,
    /// How often it was run, of those that are looked at.
    count: usize,
}

pub(super) fn routes() -> Vec<Route> {
    let routes = [
        Route::get(
            "/api/v1/terminal/{id}/suggestions",
            "command_suggestions",
            "Tells the commands of the last jobs and terminals of a sandbox that begin as one has typed.",
            suggestions,
        ),
        Route::get(
            "/api/v1/terminal/{id}/frequent",
            "frequent_commands",
            "Tells which commands the last jobs and terminals of a sandbox have run most.",
            frequent,
        ),
    ];
    routes.into_iter().map(|route| route.may_fail(SANDBOX).may_fail(&[ErrorCode::InvalidArgument])).collect()
}

async fn suggestions(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(Typed { partial, limit }): Query<Typed>,
) -> Result<Suggestions> {
    let limit = bounded("limit", limit.unwrap_or(10), 1..=100)?;
    let mut suggestions = Vec::new();
    for command in commands(&app, &id).await? {
        if command.starts_with(&partial) && !suggestions.contains(&command) && suggestions.len() < limit {
            suggestions.push(command);
        }
    }
    Ok(Suggestions { suggestions })
}

async fn frequent(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(HowMany { limit }): Query<HowMany>,
) -> Result<Frequent> {
    let limit = bounded("limit", limit.unwrap_or(10), 1..=100)?;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for command in commands(&app, &id).await? {
        *counts.entry(command).or_default() += 1;
    }
    let mut commands: Vec<_> =
        counts.into_iter().map(|(command, count)| Counted { command, count }).collect();
    commands.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.command.cmp(&b.command)));
    commands.truncate(limit);
    Ok(Frequent { commands })
}

/// The commands of the last jobs and terminals, the newest of each first.
async fn commands(app: &App, sandbox: &str) -> Result<Vec<String>> {
    app.sandboxes.get(Some(sandbox)).await?;
    let filter = jobs::Filter { limit: LOOKED_AT, ..jobs::Filter::default() };
    let jobs = app.jobs.list(filter).await?.into_iter();
    let of_jobs = jobs.filter(|(_, run)| run.sandbox_id == sandbox);
    let of_jobs = of_jobs.flat_map(|(_, run)| run.commands.into_iter().rev());
    let terminals = app.terminals.history(sandbox, None, LOOKED_AT).await?.terminals;
    Ok(of_jobs.chain(terminals.into_iter().map(|terminal| terminal.command)).collect())
}
