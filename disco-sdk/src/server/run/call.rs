//! `--call`: one tool, from the shell.

use serde_json::{Map, Value, json};

use crate::client::{Answers, Client};
use crate::error::{Error, Result};
use crate::protocol::capability::Ability;
use crate::protocol::version::Version;
use crate::server::service::Service;
use crate::server::task::TaskStart;
use crate::server::tool::Tool;

/// Calls a tool with `key=value` words and gives what it answered, as text.
pub(super) async fn call(service: &Service, tool: &str, words: &[String]) -> Result<String> {
    let everything = service.0.registry.everything();
    let known = everything.tool(tool);
    let schema = known.map(|tool| &tool.info().input_schema["properties"]);
    let arguments =
        words.iter().map(|word| argument(word, schema)).collect::<Result<Map<String, Value>>>()?;
    let result = client(service, known).await?.call_as_it_came(tool, arguments.into()).await?;
    let text = text(&result);
    if result["isError"] == true {
        return Err(Error::new(text.trim_end()));
    }
    Ok(text)
}

/// A client that takes tasks only where it has to: without them nothing is asked for twice.
async fn client(service: &Service, tool: Option<&Tool>) -> Result<Client> {
    let is_required = tool.is_some_and(|tool| tool.task() == Some(TaskStart::Required));
    let capabilities = if is_required { Ability::Tasks.required() } else { json!({}) };
    service.client_with(Version::LATEST, Answers::new(capabilities, |_| None)).await
}

/// A value is JSON unless the tool wants a text there, or it is no JSON.
fn argument(word: &str, schema: Option<&Value>) -> Result<(String, Value)> {
    let (key, value) =
        word.split_once('=').ok_or_else(|| Error::new(format!("{word:?} is not of the form key=value")))?;
    let is_text = schema.is_some_and(|schema| schema[key]["type"] == "string");
    let value = match serde_json::from_str(value) {
        Ok(json) if !is_text => json,
        _ => Value::from(value),
    };
    Ok((key.to_owned(), value))
}

/// The texts of a result; of other content its JSON. It is not read into types, which would be the only ones
/// that a server needs for what servers answer.
fn text(result: &Value) -> String {
    let mut out = String::new();
    for content in result["content"].as_array().into_iter().flatten() {
        match (content["type"].as_str(), content["text"].as_str()) {
            (Some("text"), Some(text)) => out.push_str(text),
            _ => out.push_str(&content.to_string()),
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}
