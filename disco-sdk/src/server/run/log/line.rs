//! One line: when, how grave, within what, by whom, what.

use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata};

/// Words of fields, `name=value`, as a log shows them.
#[derive(Debug, Default)]
pub(super) struct Words(pub(super) String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let name = field.name().trim_start_matches("r#");
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        // A text that cannot be written is left out.
        let _ = match name {
            "message" => write!(Clean(&mut self.0), "{value:?}"),
            name => write!(Clean(&mut self.0), "{name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.record_debug(field, &format_args!("{value}")),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_debug(field, &format_args!("{value}"));
        let mut cause = value.source();
        while let Some(error) = cause {
            let _ = write!(Clean(&mut self.0), ": {error}");
            cause = error.source();
        }
    }
}

/// A text to which nothing is written that a terminal would obey: callers' words end up in logs.
struct Clean<'a>(&'a mut String);

impl fmt::Write for Clean<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(|c: char| c.is_control() && !matches!(c, '\n' | '\t')) {
            match part.char_indices().next_back() {
                Some((end, last)) if last.is_control() && !matches!(last, '\n' | '\t') => {
                    self.0.push_str(&part[..end]);
                    self.0.extend(last.escape_default());
                }
                _ => self.0.push_str(part),
            }
        }
        Ok(())
    }
}

/// A line that is being written.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    has_colors: bool,
}

impl Line {
    pub(super) fn begin(of: &Metadata<'_>, has_colors: bool) -> Self {
        let mut line = Self { text: String::with_capacity(256), has_colors };
        line.styled("2", humantime::format_rfc3339_micros(SystemTime::now()));
        let (color, level) = match *of.level() {
            Level::TRACE => ("35", "TRACE"),
            Level::DEBUG => ("34", "DEBUG"),
            Level::INFO => ("32", " INFO"),
            Level::WARN => ("33", " WARN"),
            Level::ERROR => ("31", "ERROR"),
        };
        line.text.push(' ');
        line.styled(color, level);
        line.text.push(' ');
        line
    }

    /// A span that it happens in.
    pub(super) fn within(&mut self, name: &str, words: &Words) {
        self.styled("1", name);
        if !words.0.is_empty() {
            self.text.push('{');
            self.text.push_str(&words.0);
            self.text.push('}');
        }
        self.text.push(':');
    }

    pub(super) fn end(mut self, event: &Event<'_>) -> String {
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.styled("2", format_args!("{}:", event.metadata().target()));
        self.text.push(' ');
        let mut words = Words::default();
        event.record(&mut words);
        self.text.push_str(&words.0);
        self.text.push('\n');
        self.text
    }

    fn styled(&mut self, style: &str, what: impl fmt::Display) {
        let _ = if self.has_colors {
            write!(self.text, "\x1b[{style}m{what}\x1b[0m")
        } else {
            write!(self.text, "{what}")
        };
    }
}
