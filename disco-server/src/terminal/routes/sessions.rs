//! Terminals over REST, where they are called sessions.

use disco_sdk::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::COMMAND;
use crate::app::App;
use crate::error::{ErrorCode, Result};
use crate::rest::{Body, Created, Path, Query, Route, bounded};
use crate::sandbox::{Id, SANDBOX, Signal};
use crate::terminal::keys;
use crate::terminal::tools::{Look, Reached, TerminalList, terminal_list};
use crate::terminal::{Mode, OpenRequest, Reading, TerminalInfo, size};

/// Which terminal.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Session {
    /// The terminal.
    pub(super) id: String,
}

/// From where one reads, and what one waits for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReadQuery {
    /// `cursor` of an earlier answer, to read from there; 0 for all that is kept.
    cursor: Option<u64>,
    /// Whether to read the recording instead, from the byte `cursor` on; also of a closed terminal.
    #[serde(default)]
    recording: bool,
    /// `stream`: what was shown, without colours; `screen`: the screen as it stands.
    mode: Option<Mode>,
    /// Wait until this regular expression is in what comes, or on the screen.
    #[schemars(length(max = 1000))]
    wait_for: Option<String>,
    /// Wait until nothing was shown for so long.
    #[schemars(range(min = 1, max = 60_000))]
    idle_ms: Option<u64>,
    /// Wait for so long at most.
    #[schemars(range(max = 60_000))]
    timeout_ms: Option<u64>,
}

/// What is typed, and what one waits for then.
#[derive(Debug, Deserialize, JsonSchema)]
struct Typed {
    /// The text to type.
    #[serde(default)]
    #[schemars(length(max = 65_536))]
    text: String,
    /// Keys to press behind the text: enter, tab, escape, up, page-down, f1, ctrl-c, alt-x and the like.
    #[serde(default)]
    #[schemars(length(max = 100), inner(regex(pattern = keys::NAME)))]
    keys: Vec<String>,
    #[serde(flatten)]
    look: Look,
}

/// How large the terminal is to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewSize {
    /// How many characters a line has.
    #[schemars(range(min = 2, max = 500))]
    cols: u16,
    /// How many lines there are.
    #[schemars(range(min = 2, max = 200))]
    rows: u16,
}

/// What is sent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sent {
    /// The signal.
    signal: Signal,
}

pub(super) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let of_a_sandbox = [
        Route::post(
            "/api/v1/terminal/{id}/session",
            "terminal_open",
            "Starts a program on a terminal, to talk to. It runs until it ends or the terminal is closed.",
            open,
        )
        .may_fail(COMMAND)
        .may_fail(&[Code::InvalidArgument, Code::TerminalLimit, Code::NotOffered])
        .offers("terminal:session"),
        Route::get(
            "/api/v1/terminal/{id}/session",
            "terminal_list",
            "Lists the terminals of a sandbox, also those of other processes of the server with the same data.",
            list,
        ),
        Route::get(
            "/api/v1/terminal/{id}/sessions",
            "terminal_sessions",
            "The same as `GET /api/v1/terminal/{id}/session`.",
            list,
        ),
    ];
    let of_a_terminal = [
        Route::get(
            "/api/v1/terminal/session/{id}",
            "terminal_read",
            "Reads a terminal, from where the last answer ended, and waits before if told to.",
            read,
        )
        .may_fail(&[Code::FileNotFound]),
        Route::post(
            "/api/v1/terminal/session/{id}",
            "terminal_write",
            "Types at a terminal, waits, and reads what it shows then.",
            write,
        ),
        Route::post(
            "/api/v1/terminal/session/{id}/resize",
            "terminal_resize",
            "Gives a terminal another size; its program is told.",
            resize,
        ),
        Route::post(
            "/api/v1/terminal/session/{id}/signal",
            "terminal_signal",
            "Sends a signal to the program in the foreground of a terminal.",
            signal,
        )
        .may_fail(&[Code::ProcessNotFound, Code::PermissionDenied, Code::NotOffered]),
        Route::delete(
            "/api/v1/terminal/session/{id}",
            "terminal_close",
            "Ends a terminal's program with all that it has started. A recording stays.",
            close,
        ),
    ];
    let of_a_terminal = of_a_terminal.into_iter().map(|route| {
        let codes = [
            Code::TerminalNotFound,
            Code::TerminalElsewhere,
            Code::TerminalClosed,
            Code::InvalidArgument,
            Code::InvalidPattern,
        ];
        route.may_fail(&codes)
    });
    of_a_sandbox.into_iter().map(|route| route.may_fail(SANDBOX)).chain(of_a_terminal).collect()
}

async fn open(
    app: State<App>,
    Path(Id { id }): Path<Id>,
    Body(request): Body<OpenRequest>,
) -> Result<Created<TerminalInfo>> {
    let sandbox = app.sandboxes.get(Some(&id)).await?;
    Ok(Created(app.terminals.start(sandbox, request).await?))
}

async fn list(app: State<App>, Path(Id { id }): Path<Id>) -> Result<TerminalList> {
    app.sandboxes.get(Some(&id)).await?;
    Ok(terminal_list(app, Some(id)).await?.0)
}

async fn read(
    app: State<App>,
    Path(Session { id }): Path<Session>,
    Query(query): Query<ReadQuery>,
) -> Result<Reading> {
    let ReadQuery { cursor, recording, mode, wait_for, idle_ms, timeout_ms } = query;
    let look = checked(Look { mode, wait_for, idle_ms, timeout_ms })?;
    if recording {
        return app.terminals.read_recording(&id, cursor.unwrap_or(0)).await;
    }
    app.terminals.read(&id, cursor, look.mode(), &look.wait()).await
}

async fn write(
    app: State<App>,
    Path(Session { id }): Path<Session>,
    Body(Typed { text, keys, look }): Body<Typed>,
) -> Result<Reading> {
    bounded("text.length", text.chars().count(), 0..=65_536)?;
    bounded("keys.length", keys.len(), 0..=100)?;
    let look = checked(look)?;
    app.terminals.write(&id, &text, &keys, look.mode(), &look.wait_after_typing()).await
}

fn checked(look: Look) -> Result<Look> {
    let letters = look.wait_for.as_ref().map_or(0, |pattern| pattern.chars().count());
    bounded("wait_for.length", letters, 0..=1000)?;
    bounded("idle_ms", look.idle_ms.unwrap_or(1), 1..=60_000)?;
    bounded("timeout_ms", look.timeout_ms.unwrap_or(0), 0..=60_000)?;
    Ok(look)
}

async fn resize(
    app: State<App>,
    Path(Session { id }): Path<Session>,
    Body(NewSize { cols, rows }): Body<NewSize>,
) -> Result<TerminalInfo> {
    app.terminals.resize(&id, size(cols, rows)?).await
}

async fn signal(
    app: State<App>,
    Path(Session { id }): Path<Session>,
    Body(Sent { signal }): Body<Sent>,
) -> Result<Reached> {
    Ok(Reached { processes: app.terminals.signal(&id, signal).await? })
}

async fn close(app: State<App>, Path(Session { id }): Path<Session>) -> Result<TerminalInfo> {
    app.terminals.close(&id).await
}
