//! What the log tells: levels, by the modules that speak.

use tracing::{Level, Metadata};
use tracing_core::LevelFilter;

/// The level of each target; the longest that fits decides.
#[derive(Debug)]
pub(super) struct Filter(Vec<(String, LevelFilter)>);

impl Default for Filter {
    /// What happens, but not how.
    fn default() -> Self {
        Self(vec![(String::new(), LevelFilter::INFO)])
    }
}

impl Filter {
    /// Reads `level`, `target=level`, or a target alone, of which everything is told. A word that is something
    /// else is left out, and told: spans and the values of their fields would take a crate for regular
    /// expressions, a tenth of the program. A program that wants to filter by them starts a subscriber of its own.
    pub(super) fn parse(words: &str, from: &str) -> Self {
        let mut levels: Vec<(String, LevelFilter)> = Vec::new();
        for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match directive(word) {
                Some((target, level)) => {
                    // The longest target first, and of the same the last.
                    let at = levels.partition_point(|(other, _)| other.len() > target.len());
                    levels.insert(at, (target.to_owned(), level));
                }
                None => {
                    eprintln!("{from}: {word:?} is left out: write a level, such as debug, or target=level");
                }
            }
        }
        if levels.is_empty() {
            return Self::default();
        }
        Self(levels)
    }

    pub(super) fn lets_through(&self, metadata: &Metadata<'_>) -> bool {
        self.tells(metadata.target(), *metadata.level())
    }

    /// Nothing more detailed is told of any target.
    pub(super) fn most(&self) -> LevelFilter {
        self.0.iter().map(|(_, level)| *level).max().unwrap_or(LevelFilter::OFF)
    }

    fn tells(&self, of: &str, level: Level) -> bool {
        self.0.iter().find(|(target, _)| of.starts_with(target)).is_some_and(|(_, most)| level <= *most)
    }
}

fn directive(word: &str) -> Option<(&str, LevelFilter)> {
    if word.contains(['[', ']', '{', '}']) {
        return None;
    }
    match word.split_once('=') {
        Some((target, level)) => Some((target.trim(), level.trim().parse().ok()?)),
        None => Some(match word.parse() {
            Ok(level) => ("", level),
            Err(_) => (word, LevelFilter::TRACE),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_targets_are_told_apart() {
        let filter = Filter::parse("warn, my_crate=trace,hyper=off,other::module,my_crate::loud=error", "");
        assert!(filter.tells("anything", Level::WARN));
        assert!(!filter.tells("anything", Level::INFO));
        assert!(filter.tells("my_crate::inside", Level::TRACE));
        assert!(!filter.tells("my_crate::loud", Level::WARN));
        assert!(!filter.tells("hyper::proto", Level::ERROR));
        assert!(filter.tells("other::module", Level::TRACE));
        assert_eq!(filter.most(), LevelFilter::TRACE);
    }

    #[test]
    fn a_target_alone_leaves_the_rest_out() {
        let filter = Filter::parse("my_crate=debug", "");
        assert!(filter.tells("my_crate", Level::DEBUG));
        assert!(!filter.tells("anything", Level::ERROR));
        assert_eq!(filter.most(), LevelFilter::DEBUG);
    }

    #[test]
    fn without_a_word_that_is_understood_it_tells_what_happens() {
        for words in ["", " , ", "[span{id=1}]=debug", "my_crate=loud"] {
            let filter = Filter::parse(words, "");
            assert!(filter.tells("anything", Level::INFO), "{words}");
            assert!(!filter.tells("anything", Level::DEBUG), "{words}");
        }
    }

    #[test]
    fn what_is_said_last_of_a_target_holds() {
        assert!(Filter::parse("debug,info,debug", "").tells("anything", Level::DEBUG));
    }
}
