//! A server with arguments that are hard to say in any dialect.
#![expect(clippy::option_option, reason = "it is one of the hard cases")]

use std::collections::{BTreeSet, HashMap};

use disco_sdk::prelude::*;
use disco_sdk::server::tool::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An enum with data.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Shape {
    Dot,
    Circle { radius: f64, label: Option<String> },
    Line(f64, f64),
    Named(String),
    Nothing {},
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Event {
    /// It begins.
    Start { at: u64, note: Option<String> },
    /// It ends.
    Stop,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
    Both { a: i64, b: Option<i64> },
}

/// How loud.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    /// A whisper.
    Low,
    /// A shout.
    High,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Tree {
    label: String,
    children: Vec<Tree>,
    parent: Option<Box<Tree>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
enum Sum {
    Number(i64),
    Plus(Box<Sum>, Box<Sum>),
    Of { all: Vec<Sum>, name: Option<String> },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Inner {
    note: Option<Option<String>>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Point {
    x: i64,
    y: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Deep {
    inner: Option<Inner>,
    #[serde(default = "five")]
    retries: u32,
    tags: HashMap<String, String>,
    places: HashMap<String, Point>,
    pair: (f64, String),
    grid: Vec<Vec<i64>>,
    any: Value,
    some: Option<Vec<Value>>,
    free: Option<Map<String, Value>>,
    #[serde(default)]
    set: BTreeSet<String>,
    letter: char,
    level: Level,
}

fn five() -> u32 {
    5
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Flat {
    name: String,
    #[serde(flatten)]
    event: Event,
}

/// Says what it was given.
macro_rules! takes {
    ($($tool:ident: $type:ty $(= #[$arg:meta])?;)*) => {$(
        /// Says what it was given.
        #[tool]
        fn $tool(/** What to say. */ $(#[$arg])? value: $type) -> Result<String> {
            Ok(serde_json::to_string(&value)?)
        }
    )*};
}

takes! {
    shape: Shape;
    event: Event;
    either: Either;
    level: Level;
    tree: Tree;
    sum: Sum;
    deep: Deep;
    map: HashMap<String, u64>;
    big: u64;
    pair: (f64, String);
    nested: Option<Option<Vec<Option<Shape>>>>;
    any: Value;
    free: Map<String, Value>;
    unit_set: BTreeSet<u8>;
    small: u8 = #[arg(range(0..=5), default = 3, example = 4)];
    short: String = #[arg(len(1..=80), pattern = "^x")];
}

/// The server.
pub(super) fn hard_cases() -> Server {
    let by_hand = |flat: Flat| async move { Ok(ToolOutput::text(serde_json::to_string(&flat)?)) };
    let flat = Tool::typed("flat", move |_, flat: Flat| by_hand(flat)).with_description("Is flat.");
    let choice = |event: Event| async move { Ok(ToolOutput::text(serde_json::to_string(&event)?)) };
    let choice = Tool::typed("choice", move |_, event: Event| choice(event)).with_description("Is a choice.");
    Server::new("hard", "1.0.0").with(registered!(self)).with(flat).with(choice)
}
