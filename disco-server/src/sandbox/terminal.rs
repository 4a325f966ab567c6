//! What a command on a terminal is asked to be, and the line between it and whoever sits there.

use std::num::NonZeroU16;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use super::exec::{Ended, ExecRequest, Usage};

/// How large a terminal is, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Size {
    /// How many characters a line has.
    pub cols: NonZeroU16,
    /// How many lines there are.
    pub rows: NonZeroU16,
}

/// A program to run on a terminal. It has no time limit: it ends by itself, or when the line is hung up.
#[derive(Debug, Clone)]
pub struct TerminalRequest {
    /// The program; `timeout` and `keep_output` mean nothing here.
    pub exec: ExecRequest,
    /// How large the terminal is at first.
    pub size: Size,
}

/// The sandbox's end of the line.
#[derive(Debug)]
pub struct Line {
    /// Told when the command runs.
    pub opened: oneshot::Sender<()>,
    /// What is done at the terminal, in its order. The command is killed when the other end is dropped.
    pub input: mpsc::Receiver<Input>,
    /// What the terminal shows. A full channel slows the command down.
    pub output: mpsc::Sender<Vec<u8>>,
}

/// Something that is done at a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Keys are pressed.
    Keys(Vec<u8>),
    /// The window has another size.
    Resize(Size),
}

/// What became of a command on a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalEnd {
    /// Why it is no longer running.
    pub ended: Ended,
    /// The exit code, when it ended by itself.
    pub exit_code: Option<i32>,
    /// The number of the signal that ended it, if one did.
    pub signal: Option<i32>,
    /// What it and all that it started have used.
    pub usage: Usage,
}
