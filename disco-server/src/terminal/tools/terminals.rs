//! Terminals over MCP.

use std::collections::BTreeMap;

use disco_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wish::Look;
use crate::app::App;
use crate::progress::tell::telling;
use crate::sandbox::{Process, Signal};
use crate::terminal::{ListedTerminal, OpenRequest, Reading, TerminalInfo, size};

/// What is told while somebody waits for a terminal.
const WAITED: &str = "changes seen";

/// Terminals.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::terminal) struct TerminalList {
    /// The oldest first.
    terminals: Vec<ListedTerminal>,
}

/// Whom a signal has reached.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ProcessesReached")]
pub(in crate::terminal) struct Reached {
    /// The processes as they were.
    pub(in crate::terminal) processes: Vec<Process>,
}

/// Starts a program on a terminal, to talk to with `terminal_write`: a shell, a debugger, an editor, a server that is
/// to stay up. It runs until it ends or `terminal_close` ends it. For a command that needs no answers use
/// `terminal_execute`.
#[tool(title = "Open a terminal", destructive, open_world)]
async fn terminal_open(
    app: State<App>,
    /// The command line; a login shell if absent.
    #[arg(example = "python3")]
    command: Option<String>,
    /// Characters in a line.
    #[arg(default = 80, range(2..=500))]
    cols: u16,
    /// Lines on the screen.
    #[arg(default = 24, range(2..=200))]
    rows: u16,
    /// The folder to start in, relative to the workspace.
    working_dir: Option<String>,
    /// Variables for the program.
    env: Option<BTreeMap<String, String>>,
    /// Keep a recording (asciicast v2).
    #[arg(default = false)]
    record: bool,
    /// The default one if absent.
    sandbox_id: Option<String>,
) -> Result<Json<TerminalInfo>> {
    let sandbox = app.sandboxes.get(sandbox_id.as_deref()).await?;
    let request = OpenRequest {
        command,
        cols: Some(cols),
        rows: Some(rows),
        working_dir: working_dir.unwrap_or_default(),
        env: env.unwrap_or_default(),
        record,
    };
    Ok(Json(app.terminals.start(sandbox, request).await?))
}

/// Types at a terminal, waits, and reads what it shows then: one call for one step. End a line with the key `enter`.
/// Without `wait_for` and `idle_ms` it waits until nothing was shown for 200 ms.
#[tool(title = "Type at a terminal", destructive, open_world)]
async fn terminal_write(
    cx: Context,
    app: State<App>,
    /// The terminal.
    terminal_id: String,
    /// The text to type.
    #[arg(default, len(..=65_536), example = "print(6 * 7)")]
    text: String,
    /// Keys to press behind the text: enter, tab, escape, up, page-down, f1, ctrl-c, alt-x and the like.
    #[arg(default, len(..=100), example = vec!["enter".to_owned()])]
    keys: Vec<String>,
    #[arg(flatten)] look: Look,
) -> Result<Json<Reading>> {
    let (mode, wait) = (look.mode(), look.wait_after_typing());
    let reading = app.terminals.write(&terminal_id, &text, &keys, mode, &wait);
    Ok(Json(telling(&cx, WAITED, reading).await?))
}

/// Reads a terminal, from where the last answer ended, and waits before if told to. What a program has shown can
/// still be read when it has ended.
#[tool(title = "Read a terminal", read_only)]
async fn terminal_read(
    cx: Context,
    app: State<App>,
    /// The terminal.
    terminal_id: String,
    /// `cursor` of an earlier answer, to read from there; 0 for all that is kept.
    cursor: Option<u64>,
    /// Read the recording instead, from the byte `cursor` on; also of a closed terminal.
    #[arg(default = false)]
    recording: bool,
    #[arg(flatten)] look: Look,
) -> Result<Json<Reading>> {
    if recording {
        return Ok(Json(app.terminals.read_recording(&terminal_id, cursor.unwrap_or(0)).await?));
    }
    let (mode, wait) = (look.mode(), look.wait());
    let reading = app.terminals.read(&terminal_id, cursor, mode, &wait);
    Ok(Json(telling(&cx, WAITED, reading).await?))
}

/// Gives a terminal another size; its program is told.
#[tool(title = "Resize a terminal", idempotent)]
async fn terminal_resize(
    app: State<App>,
    /// The terminal.
    terminal_id: String,
    /// Characters in a line.
    #[arg(range(2..=500), example = 120)]
    cols: u16,
    /// Lines on the screen.
    #[arg(range(2..=200))]
    rows: u16,
) -> Result<Json<TerminalInfo>> {
    Ok(Json(app.terminals.resize(&terminal_id, size(cols, rows)?).await?))
}

/// Sends a signal to the program in the foreground of a terminal. For ctrl-c type the key.
#[tool(title = "Signal a terminal", destructive)]
async fn terminal_signal(
    app: State<App>,
    /// The terminal.
    terminal_id: String,
    /// The signal.
    #[arg(example = Signal::Int)]
    signal: Signal,
) -> Result<Json<Reached>> {
    Ok(Json(Reached { processes: app.terminals.signal(&terminal_id, signal).await? }))
}

/// Ends a terminal's program with all that it has started, and forgets what was shown. A recording stays.
#[tool(title = "Close a terminal", destructive, idempotent)]
async fn terminal_close(
    app: State<App>,
    /// The terminal.
    #[arg(example = "term_abcdefghjkmnpqrs")]
    terminal_id: String,
) -> Result<Json<TerminalInfo>> {
    Ok(Json(app.terminals.close(&terminal_id).await?))
}

/// Lists terminals, also those of other processes of the server with the same data (`is_own` is false).
#[tool(title = "List terminals", read_only, idempotent)]
pub(in crate::terminal) async fn terminal_list(
    app: State<App>,
    /// Only those of this sandbox.
    #[arg(example = "default")]
    sandbox_id: Option<String>,
) -> Result<Json<TerminalList>> {
    Ok(Json(TerminalList { terminals: app.terminals.list_all(sandbox_id.as_deref()).await? }))
}

/// What a terminal has shown and when, in the format asciicast v2.
#[resource("disco://terminals/{id}/recording", mime_type = "application/x-asciicast")]
async fn terminal_recording(app: State<App>, id: String) -> Result<String> {
    Ok(app.terminals.whole_recording(&id).await?)
}
