//! What stands in the log.

use std::cell::RefCell;

use tracing::field::Empty;
use tracing::{Span, debug_span, info_span, trace, warn};

use super::*;

thread_local! {
    static TOLD: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The lines without their times.
fn told(filter: &str, happens: impl FnOnce()) -> Vec<String> {
    let log = Log {
        filter: Filter::parse(filter, ""),
        spans: Spans::default(),
        has_colors: false,
        tell: |line| TOLD.with_borrow_mut(|told| told.push_str(line)),
    };
    tracing::subscriber::with_default(log, happens);
    let told = TOLD.take();
    let lines = told.lines().map(|line| line.split_once("Z ").map_or(line, |(_, line)| line).to_owned());
    lines.collect()
}

#[test]
fn a_line_names_the_spans_around_it_and_who_speaks() {
    let lines = told("debug,quiet=error", || {
        let outer = info_span!("outer", id = 7, name = "x");
        let _inside = outer.enter();
        let inner = debug_span!("inner", late = Empty);
        inner.record("late", 3);
        inner.in_scope(|| warn!(target: "who", error = %"no", "it {}", "fails"));
        assert_eq!(Span::current().id(), outer.id());
        trace!("too much");
        warn!(target: "quiet", "not told");
        warn!(target: "who", parent: None, "alone");
    });
    let expected =
        [r#" WARN outer{id=7 name="x"}:inner{late=3}: who: it fails error=no"#, " WARN who: alone"];
    assert_eq!(lines, expected);
}

#[test]
fn a_span_lasts_as_long_as_what_is_in_it_and_its_place_is_used_again() {
    let lines = told("info", || {
        let outer = info_span!("outer");
        let inner = info_span!(parent: &outer, "inner");
        let (first, second) = (outer.id(), inner.id());
        drop(outer);
        let copy = inner.clone();
        drop(inner);
        copy.in_scope(|| warn!(target: "who", "still there"));
        drop(copy);
        let again = [info_span!("a"), info_span!("b")].map(|span| span.id());
        assert!(again.contains(&first) && again.contains(&second), "{again:?}");
    });
    assert_eq!(lines, [" WARN outer:inner: who: still there"]);
}

#[test]
fn nothing_that_a_terminal_would_obey_is_written() {
    let lines = told("info", || warn!(target: "who", name = %"a\u{1b}[31mb\u{9b}c\r", "told"));
    assert_eq!(lines, [r" WARN who: told name=a\u{1b}[31mb\u{9b}c\r"]);
}
