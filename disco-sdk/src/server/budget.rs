//! What the tools of a server cost every client: tokens, before anybody has asked anything.
//!
//! They are estimated here, as a tokenizer with its vocabulary would be larger than the server.
//! [`testing::token_budget`](crate::testing::token_budget) counts them.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::builder::Server;
use super::registry::Offer;
use crate::error::{Error, Result};
use crate::protocol::tool as wire;
use crate::schema::Dialect;

impl Server {
    /// How many tokens its tools may cost: [`Server::build`] fails above, and names what each costs.
    ///
    /// Clients hand the name, the description and the input schema of every tool to the model, in every
    /// conversation. This counts them all, whatever their audience, in the server's dialect. It is an
    /// estimate of the tokens of OpenAI's `o200k_base`, within a tenth for a catalogue in English; the
    /// feature `tokens` counts exactly, in a test.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Adds two numbers.
    /// #[tool]
    /// fn add(a: i64, b: i64) -> i64 {
    ///     a + b
    /// }
    ///
    /// let server = |most| Server::new("demo", "1.0.0").with(tools![add]).token_budget(most);
    /// assert!(server(100).build().is_ok());
    /// let words = server(10).build().unwrap_err().to_string();
    /// assert!(words.contains("the budget is 10") && words.contains("add"), "{words}");
    /// ```
    pub fn token_budget(mut self, most: usize) -> Self {
        self.settings.token_budget = Some(TokenBudget { most, check });
        self
    }
}

/// How many tokens the tools may cost, and what counts them: a server that has no budget is without that.
#[derive(Clone, Copy)]
pub(crate) struct TokenBudget {
    most: usize,
    check: fn(usize, Dialect, &Offer) -> Result<()>,
}

impl TokenBudget {
    /// Fails if the tools cost more.
    pub(super) fn check(self, dialect: Dialect, offer: &Offer) -> Result<()> {
        (self.check)(self.most, dialect, offer)
    }
}

fn check(most: usize, dialect: Dialect, offer: &Offer) -> Result<()> {
    let costs = costs(offer.shown(dialect), estimated);
    let sum: usize = costs.iter().map(|cost| cost.1).sum();
    if sum <= most {
        return Ok(());
    }
    Err(Error::new(format!(
        "the tools cost about {sum} tokens, and the budget is {most}:\n{}",
        table(&costs)
    ))
    .with_suggestion("shorten descriptions, or offer fewer tools"))
}

/// What each tool costs, the most expensive first.
pub(crate) fn costs(tools: &[wire::Tool], count: impl Fn(&str) -> usize) -> Vec<(String, usize)> {
    let mut costs: Vec<(String, usize)> = Vec::new();
    for tool in tools {
        let cost = count(&shown(tool));
        let at = costs.partition_point(|(name, other)| (cost, name) < (*other, &tool.name));
        costs.insert(at, (tool.name.clone(), cost));
    }
    costs
}

/// One line for each tool.
pub(crate) fn table(costs: &[(String, usize)]) -> String {
    let mut table = String::new();
    for (name, cost) in costs {
        let _ = writeln!(table, "{cost:6}  {name}");
    }
    table.truncate(table.trim_end().len());
    table
}

/// What a model sees of a tool.
fn shown(tool: &wire::Tool) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Shown<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        input_schema: &'a Value,
    }
    let shown = Shown {
        name: &tool.name,
        description: tool.description.as_deref(),
        input_schema: &tool.input_schema,
    };
    serde_json::to_string(&shown).unwrap_or_default()
}

/// About how many tokens a text has: words, numbers and signs are told apart as `o200k_base` tells them, and
/// long ones count more than once.
pub(crate) fn estimated(text: &str) -> usize {
    let mut tokens = 0;
    let mut characters = text.chars().peekable();
    while let Some(first) = characters.next() {
        let kind = Kind::of(first);
        let mut length = 1;
        // A word begins anew at a capital letter.
        let goes_on = |next: &char| match kind {
            Kind::Word => Kind::of(*next) == kind && !next.is_uppercase(),
            _ => Kind::of(*next) == kind,
        };
        while characters.next_if(goes_on).is_some() {
            length += 1;
        }
        tokens += kind.tokens(length);
    }
    tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// A letter of another alphabet.
    Foreign,
    Number,
    Blank,
    Sign,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            'a'..='z' | 'A'..='Z' => Self::Word,
            '0'..='9' => Self::Number,
            _ if character.is_whitespace() => Self::Blank,
            _ if character.is_alphanumeric() => Self::Foreign,
            _ => Self::Sign,
        }
    }

    fn tokens(self, length: usize) -> usize {
        match self {
            Self::Word => 1 + length.saturating_sub(4) / 9,
            Self::Foreign => length.div_ceil(2),
            Self::Number => length.div_ceil(3),
            // One blank belongs to the word behind it.
            Self::Blank => usize::from(length > 1),
            Self::Sign => length.div_ceil(4),
        }
    }
}
