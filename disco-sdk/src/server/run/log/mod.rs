//! The log on standard error: a line for each thing that happens, within the spans that it happens in.
//!
//! It looks as that of `tracing-subscriber` does, which would bring six crates more: its layers and extensions are
//! for programs that start a subscriber of their own.

mod filter;
mod line;
mod spans;

use std::io::{self, IsTerminal as _, Write as _};

use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::LevelFilter;
use tracing_core::span::Current;

use self::filter::Filter;
use self::line::Line;
use self::spans::Spans;

/// Starts the log, unless the program has started one. `filter` goes before `RUST_LOG`; without
/// either it tells what happens, but not how.
pub(super) fn start(filter: Option<&str>) {
    let filter = match (filter, std::env::var("RUST_LOG")) {
        (Some(words), _) => Filter::parse(words, "--log"),
        (None, Ok(words)) => Filter::parse(&words, "RUST_LOG"),
        (None, Err(_)) => Filter::default(),
    };
    // Nobody may be there any more who reads it.
    let tell = |line: &str| _ = io::stderr().lock().write_all(line.as_bytes());
    let log = Log { filter, spans: Spans::default(), has_colors: io::stderr().is_terminal(), tell };
    // A program that has its own subscriber keeps it.
    let _ = tracing::subscriber::set_global_default(log);
}

struct Log {
    filter: Filter,
    spans: Spans,
    has_colors: bool,
    tell: fn(&str),
}

impl Subscriber for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.filter.lets_through(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.lets_through(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.filter.most())
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.spans.open(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.spans.record(span, values);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::begin(event.metadata(), self.has_colors);
        let within = if event.is_contextual() { spans::current() } else { event.parent().cloned() };
        self.spans.write(within.as_ref(), &mut line);
        (self.tell)(&line.end(event));
    }

    fn enter(&self, span: &Id) {
        spans::enter(span);
    }

    fn exit(&self, span: &Id) {
        spans::exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.spans.share(span);
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        self.spans.close(&span)
    }

    fn current_span(&self) -> Current {
        let current = spans::current().and_then(|id| Some((self.spans.metadata(&id)?, id)));
        current.map_or_else(Current::none, |(metadata, id)| Current::new(id, metadata))
    }
}

#[cfg(test)]
mod tests;
