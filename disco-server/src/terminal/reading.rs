//! What is read of a terminal, and for how long one waits for it.

use std::time::Duration;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

use super::live::{Live, State};
use super::screen::View;
use super::text;
use crate::error::{Error, ErrorCode, Result};
use crate::page;
use crate::progress;

/// How far back a pattern may begin before what has just come, in bytes.
const REACH: u64 = 4096;
/// The longest pattern, in bytes.
const LONGEST_PATTERN: usize = 1000;

/// How a terminal is read: as the stream of what was shown, in its order and without colours, for shells and the like;
/// or as the screen that stands now, for programs that fill it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "a model pays for each word, and the type says it")]
pub enum Mode {
    #[default]
    Stream,
    Screen,
}

/// For what to wait before reading; the first that happens counts, and the end of the command always does.
#[derive(Debug, Clone, Default)]
pub struct Wait {
    /// Until this regular expression is found in what comes, or on the screen.
    pub wait_for: Option<String>,
    /// Until nothing was shown for so long.
    pub idle: Option<Duration>,
    /// For so long at most.
    pub timeout: Duration,
}

/// Why the waiting was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WaitEnd")]
pub enum Why {
    /// `wait_for` was found.
    Found,
    /// Nothing was shown for `idle_ms`.
    Idle,
    /// There was something to read.
    Shown,
    /// `timeout_ms` was over.
    Timeout,
    /// The command has ended.
    Ended,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TerminalReading")]
pub struct Reading {
    /// The terminal.
    pub terminal_id: String,
    /// What was shown, or a part of the recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen: Option<View>,
    /// Give this as `cursor` to read what comes behind.
    pub cursor: u64,
    /// How many bytes before `text` are not in this answer. Ask for them by their cursor; the oldest are lost.
    pub left_out: u64,
    /// Whether there is more behind `text` by now.
    pub more: bool,
    /// Why the waiting was over.
    pub why: Why,
    /// Whether the command runs.
    pub is_open: bool,
    /// Its exit code, if it has ended by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
}

/// What one asks for.
#[derive(Debug)]
pub(super) struct Question {
    mode: Mode,
    /// Where to read on.
    from: u64,
    /// From where on something is new.
    since: u64,
    /// Whether of a long text the end counts.
    of_the_end: bool,
    pattern: Option<Regex>,
    idle: Option<Duration>,
    end: Instant,
}

impl Question {
    pub(super) fn new(mode: Mode, from: u64, since: u64, wait: &Wait) -> Result<Self> {
        let pattern = wait.wait_for.as_deref().map(compile).transpose()?;
        let end = Instant::now() + wait.timeout;
        Ok(Self { mode, from, since, of_the_end: false, pattern, idle: wait.idle, end })
    }

    /// Of a long text the end is read: that is where a prompt is.
    pub(super) fn of_the_end(self) -> Self {
        Self { of_the_end: true, ..self }
    }

    /// Waits, and reads.
    pub(super) async fn answer(self, live: &Live) -> Reading {
        let begun = Instant::now();
        let mut searched = self.since;
        loop {
            let mut news = live.news();
            let quiet = {
                let state = live.lock();
                if let Some(why) = self.is_over(&state, begun, &mut searched) {
                    return self.read(&state, why);
                }
                self.idle.map_or(self.end, |idle| (state.shown.max(begun) + idle).min(self.end))
            };
            tokio::select! {
                _ = news.changed() => progress::count(1),
                () = sleep_until(quiet) => {}
            }
        }
    }

    fn is_over(&self, state: &State, begun: Instant, searched: &mut u64) -> Option<Why> {
        if self.pattern.as_ref().is_some_and(|pattern| self.is_found(pattern, state, searched)) {
            return Some(Why::Found);
        }
        let waits = self.pattern.is_some() || self.idle.is_some();
        if !waits && state.text.end() > self.since {
            return Some(Why::Shown);
        }
        if !state.info.is_open {
            return Some(Why::Ended);
        }
        let now = Instant::now();
        if self.idle.is_some_and(|idle| now >= state.shown.max(begun) + idle) {
            return Some(Why::Idle);
        }
        (now >= self.end).then_some(Why::Timeout)
    }

    /// Only what is new is searched, with some of what stands before it.
    fn is_found(&self, pattern: &Regex, state: &State, searched: &mut u64) -> bool {
        if self.mode == Mode::Screen {
            return pattern.is_match(&state.screen.text());
        }
        let (from, text) = state.text.since(self.since);
        let skip = usize::try_from(searched.saturating_sub(REACH).saturating_sub(from)).unwrap_or(usize::MAX);
        *searched = state.text.end();
        pattern.is_match_at(text, text.floor_char_boundary(skip))
    }

    fn read(&self, state: &State, why: Why) -> Reading {
        let mut reading = Reading {
            terminal_id: state.info.terminal_id.clone(),
            text: None,
            screen: None,
            cursor: state.text.end(),
            left_out: 0,
            more: false,
            why,
            is_open: state.info.is_open,
            exit_code: state.info.exit_code,
        };
        if self.mode == Mode::Screen {
            reading.screen = Some(state.screen.view());
            return reading;
        }
        let (from, all) = state.text.since(self.from);
        reading.left_out = from.saturating_sub(self.from);
        let text = if self.of_the_end { text::tail(all, page::BYTES) } else { text::head(all, page::BYTES) };
        let rest = (all.len() - text.len()) as u64;
        if self.of_the_end {
            reading.left_out += rest;
        } else {
            reading.cursor -= rest;
            reading.more = rest > 0;
        }
        reading.text = Some(text.to_owned());
        reading
    }
}

fn compile(pattern: &str) -> Result<Regex> {
    let wrong = |why: String| {
        Error::new(ErrorCode::InvalidPattern, format!("`wait_for`: {why}"))
            .suggest(r"write a regular expression such as `\$ $`, and `\` before what is meant as it stands")
    };
    if pattern.len() > LONGEST_PATTERN {
        return Err(wrong(format!("it is longer than {LONGEST_PATTERN} bytes")));
    }
    let built = regex::RegexBuilder::new(pattern).multi_line(true).size_limit(1 << 20).build();
    built.map_err(|error| wrong(error.to_string()))
}
