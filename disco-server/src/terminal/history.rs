//! What was done at terminals: which there were, and the lines that a recorded one has shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TerminalInfo;
use super::text::Text;
use crate::page;

/// Terminals, also those that are closed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TerminalHistory {
    /// The newest first. One with a `recording_uri` was recorded.
    pub terminals: Vec<TerminalInfo>,
    /// Give this as `before` to read on; absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_before: Option<u64>,
}

/// Lines that a terminal has shown.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TerminalLines {
    /// In the order in which they were shown; of too many the last.
    pub lines: Vec<TerminalLine>,
    /// Whether there are more, before these.
    pub truncated: bool,
}

/// One line that a terminal has shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TerminalLine {
    /// When it was whole, in seconds since the terminal was opened.
    pub seconds: f64,
    /// The line, without colours.
    pub text: String,
}

/// The last lines of a recording (asciicast v2) that have the text `search`.
pub(super) fn lines(recording: &str, search: &str, limit: usize) -> TerminalLines {
    let mut all = Vec::new();
    let (mut text, mut seen, mut last) = (Text::new(usize::MAX / 2), 0, 0.0);
    // The first line of a recording tells of it, the others what happened when.
    for event in recording.lines().skip(1) {
        let Ok((seconds, kind, data)) = serde_json::from_str::<(f64, String, String)>(event) else {
            continue;
        };
        if kind != "o" {
            continue;
        }
        text.push(data.as_bytes());
        let (_, new) = text.since(seen);
        let whole = new.rfind('\n').map_or(0, |end| end + 1);
        all.extend(new[..whole].lines().map(|line| (seconds, line.to_owned())));
        (seen, last) = (seen + whole as u64, seconds);
    }
    let rest = text.since(seen).1;
    all.extend((!rest.is_empty()).then(|| (last, rest.to_owned())));
    let found = all.into_iter().filter(|(_, line)| line.contains(search));
    let found: Vec<_> = found.map(|(seconds, text)| TerminalLine { seconds, text }).collect();
    let mut lines: Vec<_> = found.iter().rev().take(limit).cloned().collect();
    lines.truncate(page::fitting(&lines));
    lines.reverse();
    TerminalLines { truncated: lines.len() < found.len(), lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_with_the_time_at_which_they_were_whole() {
        let recording = "{\"version\": 2}\n[0.5, \"o\", \"\\u001b[1mon\"]\n[1.5, \"o\", \"e\\r\\ntwo\\r\\n\"]\n\
            [2.0, \"r\", \"80x24\"]\n[3.0, \"o\", \"$ two\"]\n";
        let line = |seconds, text: &str| TerminalLine { seconds, text: text.to_owned() };
        let told = lines(recording, "", 9);
        assert_eq!(
            (told.lines, told.truncated),
            (vec![line(1.5, "one"), line(1.5, "two"), line(3.0, "$ two")], false)
        );
        let told = lines(recording, "two", 1);
        assert_eq!((told.lines, told.truncated), (vec![line(3.0, "$ two")], true));
    }
}
