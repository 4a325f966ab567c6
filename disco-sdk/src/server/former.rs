//! What was before: the former names of a tool, and that it is going to go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::protocol::tool as wire;

/// Where `_meta` says that a tool is going to go.
const META: &str = "dev.disco/deprecated";

/// The former names of a tool, and what to use instead of it.
#[derive(Clone, Default)]
pub(super) struct Former {
    pub(super) aliases: Vec<String>,
    deprecated: Option<String>,
    /// Whether the log has been told of the deprecated tool, and of its alias.
    told: Arc<[AtomicBool; 2]>,
}

impl Former {
    pub(super) fn deprecated(&self) -> Option<&str> {
        self.deprecated.as_deref()
    }

    /// Says in what is listed that it is going to go.
    pub(super) fn deprecate(&mut self, info: &mut wire::Tool, instead: String) {
        info.meta.get_or_insert_default().insert(META.to_owned(), instead.as_str().into());
        self.deprecated = Some(instead);
        let description = info.description.take().unwrap_or_default();
        info.description = Some(self.described(description));
    }

    /// A description, behind that the tool is going to go.
    pub(super) fn described(&self, description: String) -> String {
        match &self.deprecated {
            Some(instead) if description.is_empty() => format!("Deprecated: {instead}"),
            Some(instead) => format!("Deprecated: {instead}\n\n{description}"),
            None => description,
        }
    }

    /// Warns of a call under a former name, or of a tool that is going to go: of each once.
    pub(super) fn note_use(&self, tool: &str, called: &str) {
        let is_first = |at: usize| !self.told[at].swap(true, Ordering::Relaxed);
        if let Some(instead) = self.deprecated.as_deref().filter(|_| is_first(0)) {
            tracing::warn!("the deprecated tool `{tool}` is called: {instead}");
        }
        if called != tool && is_first(1) {
            tracing::warn!("the tool `{tool}` is called by its former name `{called}`");
        }
    }
}
