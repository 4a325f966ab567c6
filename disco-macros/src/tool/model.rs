//! What `#[tool(..)]` says.

use proc_macro2::TokenStream;
use syn::{Expr, Ident, LitStr};

use crate::attr::{Grammar, Keys, Takes};
use crate::diag::Errors;
use crate::handler::{Function, Handler, Kind};

const GRAMMAR: Grammar = Grammar {
    attribute: "#[tool]",
    keys: &[
        ("alias", Takes::Text),
        ("audience", Takes::Value),
        ("crate", Takes::Path),
        ("deprecated", Takes::Text),
        ("description", Takes::Text),
        ("destructive", Takes::Flag),
        ("icon", Takes::Value),
        ("idempotent", Takes::Flag),
        ("layer", Takes::Value),
        ("name", Takes::Text),
        ("open_world", Takes::Flag),
        ("read_only", Takes::Flag),
        ("settle", Takes::Value),
        ("single_use", Takes::Flag),
        ("tags", Takes::List),
        ("task", Takes::FlagOrText),
        ("timeout", Takes::Value),
        ("title", Takes::Text),
        ("type", Takes::Name),
    ],
    has_leading: false,
};

/// A function with `#[tool]`.
pub(crate) struct Tool {
    pub(crate) handler: Handler,
    /// What it promises: the words, to be blamed.
    pub(crate) read_only: Option<Ident>,
    pub(crate) destructive: Option<Ident>,
    pub(crate) idempotent: Option<Ident>,
    pub(crate) open_world: Option<Ident>,
    /// A name that it is called by too.
    pub(crate) alias: Option<LitStr>,
    /// What to use instead.
    pub(crate) deprecated: Option<LitStr>,
    /// How long a call may take.
    pub(crate) timeout: Option<Expr>,
    pub(crate) settle: Option<Expr>,
    /// That what it has asked can be answered once: the word, to be blamed.
    pub(crate) single_use: Option<Ident>,
    /// When its calls become tasks.
    pub(crate) task: Option<Task>,
}

/// `task`, or `task = "later"`.
pub(crate) struct Task {
    pub(crate) key: Ident,
    pub(crate) when: Option<LitStr>,
}

impl Task {
    /// The words that may stand behind `task =`, and what the SDK calls them.
    pub(crate) const WORDS: [(&str, &str); 2] = [("later", "Later"), ("required", "Required")];

    /// What the SDK calls it; `None`: there is no such thing.
    pub(crate) fn start(&self) -> Option<&'static str> {
        let Some(when) = &self.when else {
            return Some("AtOnce");
        };
        let when = when.value();
        Self::WORDS.iter().find(|(word, _)| *word == when).map(|(_, start)| *start)
    }
}

pub(super) fn parse(keys: TokenStream, function: Function<'_>, errors: &mut Errors) -> Tool {
    let keys = Keys::parse(&GRAMMAR, keys, errors);
    let handler = Handler::parse(Kind::Tool, &keys, function, errors);
    let flag = |key: &str| keys.key(key).cloned();
    Tool {
        handler,
        read_only: flag("read_only"),
        destructive: flag("destructive"),
        idempotent: flag("idempotent"),
        open_world: flag("open_world"),
        alias: keys.text("alias"),
        deprecated: keys.text("deprecated"),
        timeout: keys.expression("timeout"),
        settle: keys.expression("settle"),
        single_use: flag("single_use"),
        task: flag("task").map(|key| Task { key, when: keys.text("task") }),
    }
}
