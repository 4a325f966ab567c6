//! What a terminal is asked to be.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SOMETHING, VALUE, VARIABLE, check_command};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::Size;

const COLS: RangeInclusive<u16> = 2..=500;
const ROWS: RangeInclusive<u16> = 2..=200;

/// A wish for a terminal.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OpenRequest {
    /// The command line; a login shell if absent.
    #[schemars(length(max = 131_071), regex(pattern = SOMETHING))]
    pub command: Option<String>,
    /// How many characters a line has: 80 if absent.
    #[schemars(range(min = 2, max = 500))]
    pub cols: Option<u16>,
    /// How many lines there are: 24 if absent.
    #[schemars(range(min = 2, max = 200))]
    pub rows: Option<u16>,
    /// The folder to start in, relative to the workspace; the workspace itself if empty.
    pub working_dir: String,
    /// Variables for the command.
    #[schemars(extend(
        "propertyNames" = {"pattern": VARIABLE},
        "additionalProperties" = {"type": "string", "pattern": VALUE},
    ))]
    pub env: BTreeMap<String, String>,
    /// Whether to keep a recording.
    pub record: bool,
}

impl OpenRequest {
    pub(super) fn check(&self) -> Result<Size> {
        self.command.as_deref().map_or(Ok(()), check_command)?;
        size(self.cols.unwrap_or(80), self.rows.unwrap_or(24))
    }

    /// What is told of the command.
    pub(super) fn command_line(&self) -> String {
        self.command.clone().unwrap_or_else(|| "bash -l".to_owned())
    }
}

/// A size, if a terminal can have it.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn size(cols: u16, rows: u16) -> Result<Size> {
    match (NonZeroU16::new(cols), NonZeroU16::new(rows)) {
        (Some(cols), Some(rows)) if COLS.contains(&cols.get()) && ROWS.contains(&rows.get()) => {
            Ok(Size { cols, rows })
        }
        _ => Err(Error::new(
            ErrorCode::InvalidArgument,
            format!("a terminal of {cols} columns and {rows} rows cannot be"),
        )
        .suggest("choose 2 to 500 `cols` and 2 to 200 `rows`; 80 and 24 are usual")),
    }
}
