//! Calling: a small typed client, at home in tests. It talks to a server in the same process.

mod answers;
mod era;
mod task;

pub use answers::{Answers, Question};

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{Error, ErrorCode, Result};
use crate::protocol::completion::{CompleteParams, Completion};
use crate::protocol::jsonrpc::Id;
use crate::protocol::method::Method;
use crate::protocol::prompt::{GetPromptResult, Prompt};
use crate::protocol::resource::{ReadResourceResult, Resource, ResourceTemplate};
use crate::protocol::tool::{CallToolResult, Tool};
use crate::protocol::version::Version;
use crate::transport::{Accepted, Conversation, Event, Running};

/// A client of a server in the same process, in any revision.
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
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let client = Server::new("demo", "1.0.0").with(tools![add]).client().await?;
/// let sum = client.call("add", serde_json::json!({"a": 1, "b": 2})).await?;
/// assert_eq!(sum.text(), "3");
/// # Ok(()) }
/// ```
pub struct Client {
    conversation: Arc<dyn Conversation>,
    version: Version,
    next_id: AtomicI64,
    answers: Answers,
}

/// What a server said before it answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The notification's name.
    pub method: String,
    /// Its parameters.
    pub params: Value,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Client {
    /// Begins to talk in `version`; in the old era that is an `initialize`.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn connect(conversation: Arc<dyn Conversation>, version: Version) -> Result<Self> {
        Self::connect_with(conversation, version, Answers::default()).await
    }

    /// The same for a client that can be asked.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn connect_with(
        conversation: Arc<dyn Conversation>,
        version: Version,
        answers: Answers,
    ) -> Result<Self> {
        let client = Self { conversation, version, next_id: AtomicI64::new(1), answers };
        if version.is_legacy() {
            let params = era::initialize_params(version, client.answers.capabilities());
            client.request(Method::Initialize.as_str(), params).await?;
        }
        Ok(client)
    }

    /// The revision it speaks.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// All tools, over all pages.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn tools(&self) -> Result<Vec<Tool>> {
        self.list(Method::ListTools, "tools").await
    }

    /// Calls a tool. A tool that fails is a result too: look at [`CallToolResult::is_error`]. Where the
    /// call becomes a task, its questions are answered and its result waited for.
    ///
    /// # Errors
    /// A JSON-RPC error: there is no such tool, say.
    pub async fn call(&self, name: &str, arguments: Value) -> Result<CallToolResult> {
        let params = json!({"name": name, "arguments": arguments});
        decode(self.answered(Method::CallTool, params).await?.0)
    }

    /// Calls a tool and keeps what it said before it answered.
    ///
    /// # Errors
    /// A JSON-RPC error.
    pub async fn call_and_listen(&self, name: &str, arguments: Value) -> Result<(CallToolResult, Vec<Said>)> {
        let params = json!({"name": name, "arguments": arguments, "_meta": {"progressToken": "progress"}});
        let (result, said) = self.answered(Method::CallTool, params).await?;
        Ok((decode(result)?, said))
    }

    /// All resources, over all pages.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn resources(&self) -> Result<Vec<Resource>> {
        self.list(Method::ListResources, "resources").await
    }

    /// All resource templates, over all pages.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn resource_templates(&self) -> Result<Vec<ResourceTemplate>> {
        self.list(Method::ListResourceTemplates, "resourceTemplates").await
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// A JSON-RPC error: there is no such resource, say.
    pub async fn read(&self, uri: &str) -> Result<ReadResourceResult> {
        decode(self.answered(Method::ReadResource, json!({"uri": uri})).await?.0)
    }

    /// All prompts, over all pages.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn prompts(&self) -> Result<Vec<Prompt>> {
        self.list(Method::ListPrompts, "prompts").await
    }

    /// Fills in a prompt.
    ///
    /// # Errors
    /// A JSON-RPC error: an argument is missing, say.
    pub async fn prompt(&self, name: &str, arguments: Value) -> Result<GetPromptResult> {
        let params = json!({"name": name, "arguments": arguments});
        decode(self.answered(Method::GetPrompt, params).await?.0)
    }

    /// Asks how an argument could go on.
    ///
    /// # Errors
    /// A JSON-RPC error: there is no such prompt or template, say.
    pub async fn complete(&self, params: &CompleteParams) -> Result<Completion> {
        let result = self.request(Method::Complete.as_str(), serde_json::to_value(params)?).await?;
        decode(result["completion"].clone())
    }

    /// Sends any request, and gives its result as it came, also one that asks (since 2026-07-28).
    ///
    /// # Errors
    /// The JSON-RPC error, with its number, words and data.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value> {
        Ok(self.ask(method, params).await?.0)
    }

    /// The same, with what the server said before it answered.
    ///
    /// # Errors
    /// The JSON-RPC error, with its number, words and data.
    pub async fn request_and_listen(&self, method: &str, params: Value) -> Result<(Value, Vec<Said>)> {
        self.ask(method, params).await
    }

    /// Sends a request again with the answers, for as long as its results ask.
    async fn answered(&self, method: Method, params: Value) -> Result<(Value, Vec<Said>)> {
        let (mut result, mut said) = self.ask(method.as_str(), params.clone()).await?;
        while result["resultType"] == "input_required" {
            let mut retry = params.clone();
            retry["inputResponses"] = self.answers.to_result(&result)?;
            if let Some(state) = result.get("requestState") {
                retry["requestState"] = state.clone();
            }
            let (next, more) = self.ask(method.as_str(), retry).await?;
            said.extend(more);
            result = next;
        }
        if result["resultType"] == "task" {
            result = task::wait(self, &result).await?;
        }
        Ok((result, said))
    }

    async fn list<T: DeserializeOwned>(&self, method: Method, member: &str) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let mut page = self.request(method.as_str(), json!({"cursor": cursor})).await?;
            items.extend(decode::<Vec<T>>(page[member].take())?);
            cursor = page["nextCursor"].take();
            if cursor.is_null() {
                return Ok(items);
            }
        }
    }

    async fn ask(&self, method: &str, mut params: Value) -> Result<(Value, Vec<Said>)> {
        if !self.version.is_legacy() {
            era::add_meta(&mut params, self.version, self.answers.capabilities());
        }
        let id = Id::Number(self.next_id.fetch_add(1, Ordering::Relaxed));
        let message = message(&id, method, &params)?;
        match self.send(&message).await {
            Accepted::Nothing => Err(Error::new("the server took the request for a notification")),
            Accepted::Answer(reply) => Ok((outcome(&reply.body)?, Vec::new())),
            Accepted::Running(running) => self.follow(running).await,
        }
    }

    async fn follow(&self, mut running: Running) -> Result<(Value, Vec<Said>)> {
        let mut said = Vec::new();
        loop {
            match running.next().await {
                Event::Speak(message) => {
                    let mut message: Value = serde_json::from_slice(&message)?;
                    if let Some(answer) = self.answers.to_message(&message) {
                        self.send(&serde_json::to_vec(&answer)?).await;
                    }
                    said.push(Said {
                        method: message["method"].as_str().unwrap_or_default().to_owned(),
                        params: message["params"].take(),
                    });
                }
                Event::Answer(reply) => return Ok((outcome(&reply.body)?, said)),
                Event::Pause(_) => {}
                Event::Gone => return Err(Error::new("the call was cancelled")),
            }
        }
    }

    async fn send(&self, message: &[u8]) -> Accepted {
        std::future::poll_fn(|cx| std::task::Poll::Ready(self.conversation.accept(message, cx))).await
    }
}

fn message(id: &Id, method: &str, params: &impl Serialize) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?)
}

/// The result in an answer, or its error as one of ours.
fn outcome(answer: &[u8]) -> Result<Value> {
    let mut answer: Value = serde_json::from_slice(answer)?;
    match answer.get_mut("error").map(Value::take) {
        Some(error) => Err(failure(&error)),
        None => Ok(answer["result"].take()),
    }
}

fn failure(error: &Value) -> Error {
    let code = error["code"].as_i64().and_then(|code| i32::try_from(code).ok());
    let words = error["message"].as_str().unwrap_or_default();
    let code = code.map_or(ErrorCode::INTERNAL_ERROR, ErrorCode);
    let data = error["data"].as_object().cloned().unwrap_or_default();
    let failure = Error::protocol(code, words);
    data.into_iter().fold(failure, |failure, (key, value)| failure.with_data(key, value))
}

fn decode<T: DeserializeOwned>(value: Value) -> Result<T> {
    Ok(serde_json::from_value(value)?)
}
