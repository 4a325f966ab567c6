//! What was done at terminals, over REST.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::sessions::Session;
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Answer, Body, Operation, Path, Query, Rest, Route, bounded};
use crate::sandbox::{Id, SANDBOX};
use crate::terminal::history::{TerminalHistory, TerminalLines};

/// Where all of a sandbox is asked for: how many of its last terminals, and of the last jobs, are looked at.
pub(super) const LOOKED_AT: usize = 200;

/// Which terminals.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HistoryQuery {
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<usize>,
    /// `next_before` of the answer before.
    before: Option<u64>,
}

/// Which lines.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LinesQuery {
    /// Only lines that have this text.
    #[serde(default)]
    search: String,
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
}

/// Which lines are looked for.
#[derive(Debug, Deserialize, JsonSchema)]
struct Search {
    /// The text that they have.
    query: String,
    /// How many at most; 50 if left out.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
}

/// The media type of recordings.
const CAST: &str = "application/x-asciicast";

/// A recording as it is.
#[derive(Debug)]
pub(super) struct Cast(pub(super) String);

impl Answer for Cast {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_in_text(StatusCode::OK, CAST, "The recording, in the format asciicast v2.");
    }

    fn respond(self, _: &Rest) -> Result<Response> {
        Ok(([(CONTENT_TYPE, CAST)], self.0).into_response())
    }
}

pub(super) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let of_a_terminal = [
        Route::get(
            "/api/v1/terminal/session/{id}/history",
            "terminal_lines",
            "Tells the lines that a recorded terminal has shown, and when: all, or those that have a text.",
            lines,
        )
        .may_fail(&[Code::InvalidArgument]),
        Route::get(
            "/api/v1/terminal/session/{id}/recording",
            "terminal_recording",
            "Gives the recording of a terminal, to be played again, also of a closed one.",
            recording,
        ),
    ];
    let search = Route::post(
        "/api/v1/terminal/session/{id}/search",
        "terminal_search",
        "Looks for a text in the lines that a recorded terminal has shown.",
        search,
    )
    .may_fail(&[Code::InvalidArgument]);
    let of_a_terminal = of_a_terminal
        .into_iter()
        .chain([search])
        .map(|route| route.may_fail(&[Code::TerminalNotFound, Code::FileNotFound]));
    let of_a_sandbox = Route::get(
        "/api/v1/terminal/{id}/history",
        "terminal_history",
        "Lists the terminals that a sandbox has or had, the newest first.",
        history,
    );
    of_a_terminal.chain([of_a_sandbox.may_fail(SANDBOX).may_fail(&[Code::InvalidArgument])]).collect()
}

async fn history(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Query(HistoryQuery { limit, before }): Query<HistoryQuery>,
) -> Result<TerminalHistory> {
    let limit = bounded("limit", limit.unwrap_or(50), 1..=200)?;
    app.sandboxes.get(Some(&id)).await?;
    app.terminals.history(&id, before, limit).await
}

async fn lines(
    app: State<App>,
    Path(Session { id }): Path<Session>,
    Query(LinesQuery { search, limit }): Query<LinesQuery>,
) -> Result<TerminalLines> {
    let limit = bounded("limit", limit.unwrap_or(50), 1..=1000)?;
    app.terminals.lines(&id, search, limit).await
}

async fn search(
    app: State<App>,
    Path(session): Path<Session>,
    Body(Search { query, limit }): Body<Search>,
) -> Result<TerminalLines> {
    lines(app, Path(session), Query(LinesQuery { search: query, limit })).await
}

pub(super) async fn recording(app: State<App>, Path(Session { id }): Path<Session>) -> Result<Cast> {
    app.terminals.whole_recording(&id).await.map(Cast)
}
