//! `--call`: one tool, from the shell.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context as Polling, Poll};

use serde_json::{Map, Value, json};

use crate::client::{Step, no_answer, outcome, step};
use crate::error::{Error, Result};
use crate::protocol::capability::Ability;
use crate::protocol::meta;
use crate::protocol::method::Method;
use crate::protocol::version::Version;
use crate::server::BoxFuture;
use crate::server::service::Service;
use crate::server::task::TaskStart;
use crate::transport::{Accepted, Conversation, Event, Wire};

/// Calls a tool with `key=value` words and gives what it answered, as text.
pub(super) async fn call(service: &Service, tool: &str, words: &[String]) -> Result<String> {
    let everything = service.0.registry.everything();
    let known = everything.tool(tool);
    let schema = known.map(|tool| &tool.info().input_schema["properties"]);
    let arguments =
        words.iter().map(|word| argument(word, schema)).collect::<Result<Map<String, Value>>>()?;
    // Tasks are taken only where they have to be: without them nothing is asked for twice.
    let takes_tasks = known.is_some_and(|tool| tool.task() == Some(TaskStart::Required));
    let server = InProcess { conversation: service.conversation(Wire::Memory).await?, takes_tasks };
    let result = server.called(object([("name", tool.into()), ("arguments", arguments.into())])).await?;
    let text = text(&result);
    if result["isError"] == true {
        return Err(Error::new(text.trim_end()));
    }
    Ok(text)
}

/// A server that is asked one thing, and whose questions nobody answers: a whole client would be far more code.
struct InProcess {
    conversation: Arc<dyn Conversation>,
    takes_tasks: bool,
}

impl InProcess {
    /// What a call comes to, also one that becomes a task.
    async fn called(&self, params: Value) -> Result<Value> {
        let mut result = self.answer(Method::CallTool, params).await?;
        if result["resultType"] == "input_required" {
            return Err(no_answer());
        }
        if result["resultType"] != "task" {
            return Ok(result);
        }
        let id = result["taskId"].take();
        loop {
            match step(self.answer(Method::GetTask, object([("taskId", id.clone())])).await?)? {
                Step::Ended(result) => return Ok(result),
                Step::Asks(_) => return Err(no_answer()),
                Step::Later(pause) => tokio::time::sleep(pause).await,
            }
        }
    }

    /// The result of a request. Boxed: there is one of it, though it is awaited at two places.
    fn answer(&self, method: Method, params: Value) -> BoxFuture<'_, Result<Value>> {
        let message = self.message(method, params).to_string();
        Box::pin(async move {
            let accept = |cx: &mut Polling<'_>| self.conversation.accept(message.as_bytes(), cx);
            let reply = match poll_fn(|cx| Poll::Ready(accept(cx))).await {
                Accepted::Answer(reply) => Some(reply),
                Accepted::Nothing => None,
                Accepted::Running(mut running) => loop {
                    match running.next().await {
                        Event::Answer(reply) => break Some(reply),
                        Event::Gone => break None,
                        Event::Speak(_) | Event::Pause(_) => {}
                    }
                },
            };
            let reply = reply.ok_or_else(|| Error::new("the call was cancelled"))?;
            outcome(serde_json::from_str(&String::from_utf8_lossy(&reply.body))?)
        })
    }

    fn message(&self, method: Method, mut params: Value) -> Value {
        let capabilities = if self.takes_tasks { Ability::Tasks.required() } else { json!({}) };
        params["_meta"] = object([
            (meta::PROTOCOL_VERSION, Version::LATEST.as_str().into()),
            (meta::CLIENT_INFO, json!({"name": "disco-sdk", "version": env!("CARGO_PKG_VERSION")})),
            (meta::CLIENT_CAPABILITIES, capabilities),
        ]);
        let method = method.as_str().into();
        object([("jsonrpc", "2.0".into()), ("id", 1.into()), ("method", method), ("params", params)])
    }
}

/// `json!` would write each value once more, by code that nothing else in a small program needs.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
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
