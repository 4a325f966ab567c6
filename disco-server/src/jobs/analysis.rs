//! What stands out in what a job writes: looked for line by line as it comes, so that a long log need not be read for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::results::ends;
use crate::sandbox::{Chunk, Stream};

/// Of a longer line the beginning is looked at.
const LONGEST: usize = 4096;
/// How much of a line is told.
const TOLD: usize = 300;
/// Words of lines that tell of an error.
const ERRORS: [&str; 7] = ["error", "fatal", "panicked", "exception", "traceback", "failed", "failure"];
/// Words of lines that warn.
const WARNINGS: [&str; 3] = ["warning", "warn", "deprecated"];

/// What stands out in a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LogAnalysis {
    /// How many lines were written.
    pub lines: u64,
    /// How many of them speak of an error.
    pub error_count: u64,
    /// How many of the others warn.
    pub warning_count: u64,
    /// The first line that speaks of an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_error: Option<String>,
    /// The last line that does, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// Reads along.
#[derive(Debug, Default)]
pub(super) struct Analyst {
    seen: LogAnalysis,
    stdout: String,
    stderr: String,
}

impl Analyst {
    pub(super) fn take(&mut self, chunk: &Chunk) {
        let line = if chunk.stream == Stream::Stderr { &mut self.stderr } else { &mut self.stdout };
        for part in chunk.text.split_inclusive('\n') {
            let room = LONGEST.saturating_sub(line.len());
            line.push_str(&part[..part.floor_char_boundary(room)]);
            if part.ends_with('\n') {
                self.seen.look(line.trim());
                line.clear();
            }
        }
    }

    /// A command has ended: what it wrote last is a line, too.
    pub(super) fn so_far(&mut self) -> LogAnalysis {
        for line in [&mut self.stdout, &mut self.stderr] {
            if !line.is_empty() {
                self.seen.look(line.trim());
                line.clear();
            }
        }
        self.seen.clone()
    }
}

impl LogAnalysis {
    fn look(&mut self, line: &str) {
        self.lines += 1;
        let lower = line.to_ascii_lowercase();
        let has = |known: &[&str]| {
            let mut words = lower.split(|c: char| !c.is_alphanumeric());
            // `TypeError` is an error too.
            words.any(|word| {
                known.iter().any(|known| word == *known || *known == "error" && word.ends_with(known))
            })
        };
        if has(&ERRORS) && !is_none(&lower) {
            self.error_count += 1;
            let told = Some(ends(line, TOLD));
            if self.first_error.is_none() {
                self.first_error = told;
            } else if self.first_error != told {
                self.last_error = told;
            }
        } else if has(&WARNINGS) {
            self.warning_count += 1;
        }
    }
}

/// `0 failed` is good news.
fn is_none(line: &str) -> bool {
    let words: Vec<&str> =
        line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let told = words.windows(2).filter(|pair| ERRORS.contains(&pair[1]));
    let mut told = told.peekable();
    told.peek().is_some() && told.all(|pair| ["0", "no"].contains(&pair[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(chunks: &[(Stream, &str)]) -> LogAnalysis {
        let mut analyst = Analyst::default();
        for (stream, text) in chunks {
            analyst.take(&Chunk { stream: *stream, text: (*text).to_owned() });
        }
        analyst.so_far()
    }

    #[test]
    fn lines_that_speak_of_errors_are_counted_and_the_first_and_the_last_are_told() {
        let (out, err) = (Stream::Stdout, Stream::Stderr);
        let told = seen(&[
            (out, "building\nwar"),
            (err, "error[E0308]: mismatched types\nTypeErr"),
            (out, "ning: unused\ntest result: ok. 3 passed; 0 failed;\n"),
            (err, "or: x is not a function"),
        ]);
        assert_eq!((told.lines, told.error_count, told.warning_count), (5, 2, 1));
        assert_eq!(told.first_error.as_deref(), Some("error[E0308]: mismatched types"));
        assert_eq!(told.last_error.as_deref(), Some("TypeError: x is not a function"));
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_than_its_bound() {
        let mut analyst = Analyst::default();
        for _ in 0..100 {
            analyst.take(&Chunk { stream: Stream::Stdout, text: "é".repeat(1000) });
        }
        assert!(analyst.stdout.len() <= LONGEST);
    }
}
