//! One difference between two contracts.

use std::fmt;

/// One difference between two contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Whether a client that worked before may not work any more.
    pub is_breaking: bool,
    /// What has changed: such as ``tool `add` ``.
    pub item: String,
    /// How.
    pub words: String,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.is_breaking { "breaking" } else { "additive" };
        write!(f, "{class}: {}: {}", self.item, self.words)
    }
}

/// The differences of one item.
pub(super) struct Drifts<'a> {
    pub(super) item: String,
    pub(super) all: &'a mut Vec<Drift>,
}

impl Drifts<'_> {
    pub(super) fn breaking(&mut self, words: impl Into<String>) {
        self.add(true, words);
    }

    pub(super) fn additive(&mut self, words: impl Into<String>) {
        self.add(false, words);
    }

    pub(super) fn add(&mut self, is_breaking: bool, words: impl Into<String>) {
        self.all.push(Drift { is_breaking, item: self.item.clone(), words: words.into() });
    }

    /// `what` is another, which breaks nothing.
    pub(super) fn told<T: PartialEq>(&mut self, what: &str, old: &T, new: &T) {
        if old != new {
            self.additive(format!("its {what} is another"));
        }
    }
}
