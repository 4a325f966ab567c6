//! How the old tools were spoken to and spoke: a sandbox was called by its name, some arguments were of no effect, a
//! result said `success`, and so did a failure.

use std::sync::Arc;

use disco_sdk::ToolOutput;
use disco_sdk::layer::{self, Call, CallLayer, Kind, Next, Outcome};
use disco_sdk::prelude::*;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use super::{CREATE, NAME, NAMES, TOOLS};
use crate::app::App;

/// Arguments that the old tools had and that mean nothing any more.
pub(super) const IDLE: &[(&str, &str, &str)] = &[
    ("orcaops_list_sandboxes", "validate", "boolean"),
    ("orcaops_create_sandbox", "directory", "string"),
    ("orcaops_stop_sandbox", "volumes", "boolean"),
];
/// Lists of which the old results told how long they were.
const LISTS: [&str; 6] = ["jobs", "runs", "artifacts", "sandboxes", "templates", "containers"];

/// Stands around the old tools; the others it leaves alone.
pub(crate) fn layer(app: Arc<App>) -> impl CallLayer {
    layer::from_fn(move |call: Call, next: Next| {
        let app = app.clone();
        async move {
            let is_old = TOOLS.contains(&call.name()) || NAMES.iter().any(|(old, ..)| *old == call.name());
            if call.kind() != Kind::Tool || !is_old {
                return next.run(call).await;
            }
            let done = match understood(&app, call).await {
                Ok(call) => next.run(call).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(Outcome::Tool(output)) => told(output).map(Outcome::Tool),
                Err(error) if error.name().is_some() => Ok(Outcome::Tool(failed(
                    error.name().unwrap_or_default(),
                    &json!({"message": error.to_string(), "suggestion": error.suggestion()}),
                ))),
                done => done,
            }
        }
    })
}

/// The call with the arguments of today.
async fn understood(app: &App, call: Call) -> Result<Call> {
    let Some(sent) = call.arguments().map(RawValue::get) else { return Ok(call) };
    let Ok(mut arguments) = serde_json::from_str::<Map<String, Value>>(sent) else { return Ok(call) };
    let name = call.name().to_owned();
    for (_, idle, _) in IDLE.iter().filter(|(tool, ..)| *tool == name) {
        arguments.remove(*idle);
    }
    let by_name = NAMES.iter().any(|(old, _, renamed)| *old == name && *renamed == NAME);
    let named = arguments.get("name").and_then(Value::as_str);
    if let Some(named) = named
        && (by_name || name == CREATE)
    {
        let known = sandbox_of(app, named).await?;
        if by_name && let Some(id) = known {
            arguments.insert("name".to_owned(), id.into());
        } else if !by_name && known.is_some() {
            return Err(Error::new(format!("there is a sandbox `{}` already", named.escape_debug()))
                .with_code("SANDBOX_EXISTS")
                .with_suggestion("choose another `name`, or delete that one"));
        }
    }
    call.with_arguments(&arguments)
}

/// The id of the newest sandbox of this name; nothing is looked for where the name is an id.
async fn sandbox_of(app: &App, name: &str) -> Result<Option<String>> {
    let all = app.sandboxes.list().await?;
    if let Some(own) = all.iter().find(|sandbox| sandbox.sandbox_id == name) {
        return Ok(Some(own.sandbox_id.clone()));
    }
    let named = all.into_iter().rev().find(|sandbox| sandbox.name.as_deref() == Some(name));
    Ok(named.map(|sandbox| sandbox.sandbox_id))
}

/// The result in the old form.
fn told(mut output: ToolOutput) -> Result<ToolOutput> {
    if output.is_error {
        let text = output.content.iter().find_map(text_of).unwrap_or_default();
        let error: Value = serde_json::from_str(text).unwrap_or_else(|_| json!({"message": text}));
        let code = error["code"].as_str().unwrap_or("INTERNAL");
        let mut told = failed(code, &error);
        told.meta = output.meta.take();
        return Ok(told);
    }
    let Some(facts) = &output.structured else { return Ok(output) };
    let Ok(mut facts) = serde_json::from_str::<Map<String, Value>>(facts.get()) else { return Ok(output) };
    facts.entry("success").or_insert(true.into());
    let count = LISTS.iter().find_map(|list| Some(facts.get(*list)?.as_array()?.len()));
    if let Some(count) = count {
        facts.entry("count").or_insert(count.into());
    }
    // A text would tell the same facts as they were.
    output.content.retain(|content| text_of(content).is_none());
    output.structured = Some(to_raw_value(&facts)?);
    Ok(output)
}

/// A failure in the old form, with the old word for its code.
fn failed(code: &str, error: &Value) -> ToolOutput {
    let mut error = error.clone();
    error["code"] = old_code(code).into();
    let mut output = ToolOutput::text(json!({"success": false, "error": error}).to_string());
    output.is_error = true;
    output
}

fn text_of(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(&text.text),
        _ => None,
    }
}

/// The words of today that had others.
fn old_code(code: &str) -> &str {
    match code {
        "INVALID_ARGUMENT" | "INVALID_ARGUMENTS" | "INVALID_PATTERN" => "VALIDATION_ERROR",
        "INTERNAL" => "INTERNAL_ERROR",
        "TIMEOUT" => "JOB_TIMEOUT",
        code => code,
    }
}
