//! What is played against a server, by name. Each gives the figures of one run.

mod calls;
mod company;
mod memory;

use serde_json::{Map, Value};

use crate::Result;
use crate::options::Options;

/// Figures by name.
type Figures = Map<String, Value>;

/// Plays the scenario that was named.
pub fn play(options: &Options) -> Result<Value> {
    let figures = match options.scenario.as_str() {
        "calls" => calls::calls(options),
        "cold" => calls::cold(options),
        "sessions" => memory::sessions(options),
        "streams" => memory::streams(options),
        "text" => memory::text(options),
        "crowd" => company::crowd(options),
        "flood" => company::flood(options),
        other => Err(format!("there is no scenario `{other}`").into()),
    };
    figures.map(Value::Object)
}

/// Names figures.
fn figures<const N: usize>(named: [(&str, f64); N]) -> Figures {
    named.into_iter().map(|(name, figure)| (name.to_owned(), figure.into())).collect()
}
