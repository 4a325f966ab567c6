//! The headers that say again what stands in the body (2026-07-28, streamable-http "request metadata").

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What marks a property of an input schema.
const MARK: &str = "x-mcp-header";

/// By the tool: the header, and the JSON pointer of the argument.
#[derive(Default)]
pub(super) struct Mirrors(HashMap<String, Vec<(String, String)>>);

impl Mirrors {
    /// Takes in a list of tools.
    pub(super) fn learn(&mut self, listed: &Value) {
        for tool in listed["result"]["tools"].as_array().into_iter().flatten() {
            let mut found = Vec::new();
            collect(&tool["inputSchema"], "", &mut found);
            self.0.insert(tool["name"].as_str().unwrap_or_default().to_owned(), found);
        }
    }

    /// The headers of a call with these parameters.
    pub(super) fn of(&self, params: &Value) -> Vec<(String, String)> {
        let known = self.0.get(params["name"].as_str().unwrap_or_default()).into_iter().flatten();
        let said = known.filter_map(|(header, pointer)| {
            let value = match params["arguments"].pointer(pointer)? {
                Value::String(text) => header_value(text),
                Value::Null => return None,
                other => other.to_string(),
            };
            Some((format!("mcp-param-{header}"), value))
        });
        said.collect()
    }
}

fn collect(schema: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    if let Some(header) = schema[MARK].as_str() {
        found.push((header.to_owned(), pointer.to_owned()));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let name = name.replace('~', "~0").replace('/', "~1");
        collect(property, &format!("{pointer}/{name}"), found);
    }
}

/// A text as it may stand in a header: as it is, or else as base64.
pub(super) fn header_value(text: &str) -> String {
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.trim() == text;
    if is_plain && !text.starts_with("=?base64?") {
        return text.to_owned();
    }
    format!("=?base64?{}?=", STANDARD.encode(text))
}
