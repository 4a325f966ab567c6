//! Recordings of terminals over REST: begun and ended, listed, and played again.

use std::collections::VecDeque;
use std::time::Duration;

use disco_sdk::State;
use futures_util::stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::history::{Cast, LOOKED_AT, recording};
use super::sessions::Session;
use crate::app::App;
use crate::error::{Error, ErrorCode, Result};
use crate::rest::{Body, Event, Events, Path, Route, bounded};
use crate::sandbox::{Id, SANDBOX};
use crate::terminal::TerminalInfo;

/// Longer pauses are not waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Terminals that were recorded.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TerminalRecordings")]
struct Recordings {
    /// The newest first.
    recordings: Vec<TerminalInfo>,
}

/// How it is played.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct How {
    /// How many times faster than it was.
    #[schemars(range(min = 0.1, max = 1000.0))]
    speed: f64,
    /// Whether to leave out what was typed, where the recording has that.
    skip_commands: bool,
    /// Whether to leave out what was shown.
    skip_output: bool,
}

impl Default for How {
    fn default() -> Self {
        Self { speed: 1.0, skip_commands: false, skip_output: false }
    }
}

/// What happened at the terminal.
#[derive(Debug, Serialize)]
struct Happened {
    /// When, in seconds since it was opened.
    seconds: f64,
    /// What was shown or typed, or the new size.
    text: String,
}

pub(super) fn routes() -> Vec<Route> {
    use ErrorCode as Code;
    let of_a_terminal = [
        Route::post(
            "/api/v1/terminal/session/{id}/record/start",
            "terminal_record_start",
            "Records from now on what an open terminal shows.",
            start,
        ),
        Route::post(
            "/api/v1/terminal/session/{id}/record/stop",
            "terminal_record_stop",
            "Ends the recording of a terminal, which goes on unrecorded.",
            stop,
        ),
    ];
    let of_a_terminal = of_a_terminal.into_iter().map(|route| {
        let codes = [Code::TerminalElsewhere, Code::TerminalClosed, Code::InvalidStatus, Code::DiskFull];
        route.may_fail(&codes).may_fail(&[Code::TerminalNotFound])
    });
    let of_a_recording = [
        Route::get(
            "/api/v1/terminal/recording/{id}",
            "recording",
            "Gives a recording by the id of its terminal.",
            recording,
        ),
        Route::post(
            "/api/v1/terminal/recording/{id}/replay",
            "recording_replay",
            "Plays a recording again: events `output`, `input` and `resize` with `seconds` and `text` at their times, but after \
            pauses of 2 seconds at most, then `complete`.",
            replay,
        )
        .may_fail(&[Code::InvalidArgument]),
    ];
    let of_a_recording =
        of_a_recording.into_iter().map(|route| route.may_fail(&[Code::TerminalNotFound, Code::FileNotFound]));
    let of_a_sandbox = Route::get(
        "/api/v1/terminal/{id}/recordings",
        "terminal_recordings",
        "Lists those of the last terminals of a sandbox that were recorded, the newest first.",
        list,
    );
    of_a_terminal.chain(of_a_recording).chain([of_a_sandbox.may_fail(SANDBOX)]).collect()
}

async fn start(app: State<App>, Path(Session { id }): Path<Session>) -> Result<TerminalInfo> {
    app.terminals.record(&id).await
}

async fn stop(app: State<App>, Path(Session { id }): Path<Session>) -> Result<TerminalInfo> {
    app.terminals.stop_recording(&id).await
}

async fn list(app: State<App>, Path(Id { id }): Path<Id>) -> Result<Recordings> {
    app.sandboxes.get(Some(&id)).await?;
    let mut recordings = app.terminals.history(&id, None, LOOKED_AT).await?.terminals;
    recordings.retain(|terminal| terminal.recording_uri.is_some());
    Ok(Recordings { recordings })
}

async fn replay(
    app: State<App>,
    Path(Session { id }): Path<Session>,
    Body(how): Body<How>,
) -> Result<Events> {
    bounded("speed", how.speed, 0.1..=1000.0)?;
    let Cast(text) = recording(app, Path(Session { id })).await?;
    let told = |line: &str| {
        let (seconds, kind, text) = serde_json::from_str::<(f64, String, String)>(line).ok()?;
        let name = match kind.as_str() {
            "o" if !how.skip_output => "output",
            "i" if !how.skip_commands => "input",
            "r" => "resize",
            _ => return None,
        };
        Some((name, Happened { seconds, text }))
    };
    // The first line tells of the recording, the others what happened when.
    let left: VecDeque<_> = text.lines().skip(1).filter_map(told).collect();
    let player = Player { left, played: 0.0, speed: how.speed };
    Ok(Events::new(stream::unfold(Some(player), |player| async { player?.next().await })))
}

struct Player {
    left: VecDeque<(&'static str, Happened)>,
    /// The time of what was played last, in seconds.
    played: f64,
    speed: f64,
}

impl Player {
    async fn next(mut self) -> Option<(Result<Event>, Option<Self>)> {
        let Some((name, happened)) = self.left.pop_front() else {
            return Some((Event::new("complete", &serde_json::json!({})), None));
        };
        let pause = (happened.seconds - self.played).max(0.0) / self.speed;
        match Duration::try_from_secs_f64(pause) {
            Ok(pause) => tokio::time::sleep(pause.min(LONGEST_PAUSE)).await,
            Err(error) => return Some((Err(Error::internal(error)), None)),
        }
        self.played = happened.seconds;
        Some((Event::new(name, &happened), Some(self)))
    }
}
