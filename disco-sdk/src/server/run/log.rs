//! The log on standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts the log, unless the program has started one. `filter` goes before `RUST_LOG`; without
/// either it tells what happens, but not how.
pub(super) fn start(filter: Option<&str>) {
    let targets = match (filter, std::env::var("RUST_LOG")) {
        (Some(words), _) => targets(words, "--log"),
        (None, Ok(words)) => targets(&words, "RUST_LOG"),
        (None, Err(_)) => targets("", ""),
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // It would print what it could not print, and panic over it, when nobody reads standard error any more.
        .log_internal_errors(false);
    // A program that has its own subscriber keeps it.
    let _ = log.finish().with(targets).try_init();
}

/// The targets and levels that `words` name, or `info`. A word that is something else is left out, and
/// told: spans and the values of their fields would take a crate for regular expressions, a tenth of the
/// program. A program that wants to filter by them starts a subscriber of its own.
fn targets(words: &str, from: &str) -> Targets {
    let mut targets = None;
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match directive(word) {
            Some((target, level)) => {
                let before: Targets = targets.unwrap_or_default();
                targets = Some(match target {
                    Some(target) => before.with_target(target, level),
                    None => before.with_default(level),
                });
            }
            None => eprintln!("{from}: {word:?} is left out: write a level, such as debug, or target=level"),
        }
    }
    targets.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO))
}

/// `level`, `target=level`, or a target alone, of which everything is told.
fn directive(word: &str) -> Option<(Option<&str>, LevelFilter)> {
    if word.contains(['[', ']', '{', '}']) {
        return None;
    }
    match word.split_once('=') {
        Some((target, level)) => Some((Some(target.trim()), level.trim().parse().ok()?)),
        None => Some(match word.parse() {
            Ok(level) => (None, level),
            Err(_) => (Some(word), LevelFilter::TRACE),
        }),
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_and_targets_are_told_apart() {
        let targets = targets("warn, my_crate=trace,hyper=off,other::module", "");
        assert!(targets.would_enable("anything", &Level::WARN));
        assert!(!targets.would_enable("anything", &Level::INFO));
        assert!(targets.would_enable("my_crate::inside", &Level::TRACE));
        assert!(!targets.would_enable("hyper::proto", &Level::ERROR));
        assert!(targets.would_enable("other::module", &Level::TRACE));
    }

    #[test]
    fn a_target_alone_leaves_the_rest_out() {
        let targets = targets("my_crate=debug", "");
        assert!(targets.would_enable("my_crate", &Level::DEBUG));
        assert!(!targets.would_enable("anything", &Level::ERROR));
    }

    #[test]
    fn without_a_word_that_is_understood_it_tells_what_happens() {
        for words in ["", " , ", "[span{id=1}]=debug", "my_crate=loud"] {
            let targets = targets(words, "");
            assert!(targets.would_enable("anything", &Level::INFO), "{words}");
            assert!(!targets.would_enable("anything", &Level::DEBUG), "{words}");
        }
    }
}
