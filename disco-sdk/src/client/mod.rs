//! Calling: a small typed client, at home in tests. It speaks every revision, in memory and, with the
//! feature `testing`, over every transport.

mod answers;
mod connect;
mod era;
mod link;
mod pending;
mod profile;
mod subscription;
mod task;

pub(crate) use answers::no_answer;
pub use answers::{Answers, Question};
pub use pending::Pending;
pub use profile::{Heard, Profile};
pub use subscription::Subscription;
pub(crate) use task::{Step, step};

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::{Error, ErrorCode, Result};
use crate::protocol::completion::{CompleteParams, Completion};
use crate::protocol::jsonrpc::Id;
use crate::protocol::logging::LogLevel;
use crate::protocol::method::Method;
use crate::protocol::prompt::{GetPromptResult, Prompt};
use crate::protocol::resource::{ReadResourceResult, Resource, ResourceTemplate};
use crate::protocol::subscription::SubscriptionFilter;
use crate::protocol::tool::{CallToolResult, Tool};
use crate::protocol::version::Version;
use link::Link;

/// A client, in any revision.
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
    link: Arc<dyn Link>,
    profile: Profile,
    next_id: AtomicI64,
    log_level: Mutex<Option<LogLevel>>,
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
        f.debug_struct("Client").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl Client {
    /// The revision it speaks.
    #[must_use]
    pub fn version(&self) -> Version {
        self.profile.version
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
        let params = json!({"name": name, "arguments": arguments});
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

    /// Says from which level on it wants log messages.
    ///
    /// # Errors
    /// Whatever the server answers.
    pub async fn log_level(&self, level: LogLevel) -> Result<()> {
        if self.version().is_legacy() {
            self.request(Method::SetLogLevel.as_str(), json!({"level": level})).await?;
        }
        // Since 2026-07-28 every request says so.
        *self.log_level.lock().unwrap_or_else(PoisonError::into_inner) = Some(level);
        Ok(())
    }

    /// Hears of changes from here on.
    ///
    /// # Errors
    /// Whatever the server answers: there is no such resource, say.
    pub async fn listen(&self, filter: SubscriptionFilter) -> Result<Subscription<'_>> {
        Subscription::open(self, filter).await
    }

    /// Sends any request, and gives its result as it came, also one that asks (since 2026-07-28).
    ///
    /// # Errors
    /// The JSON-RPC error, with its number, words and data.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value> {
        self.start(method, params).await?.outcome().await
    }

    /// Sends any request, and does not wait for its answer.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn start(&self, method: &str, mut params: Value) -> Result<Pending<'_>> {
        let id = Id::Number(self.next_id.fetch_add(1, Ordering::Relaxed));
        if method != Method::Initialize.as_str() {
            let level = *self.log_level.lock().unwrap_or_else(PoisonError::into_inner);
            era::add_meta(&mut params, &self.profile, &id, level);
        }
        let message = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let incoming = self.link.send(&message).await?;
        Ok(Pending::new(self, id, method, incoming))
    }

    /// Sends a notification.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses it.
    pub async fn notify(&self, method: &str, params: Value) -> Result<()> {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": params});
        match self.link.send(&message).await?.next().await? {
            None => Ok(()),
            Some(refusal) => outcome(refusal).map(drop),
        }
    }

    /// Answers a message, if it is a question and there is an answer.
    async fn reply(&self, message: &Value) -> Result<()> {
        if !self.link.answers_itself()
            && let Some(answer) = self.profile.answers.to_message(message)
        {
            self.link.send(&answer).await?;
        }
        Ok(())
    }

    /// The same, with what the server said before it answered.
    ///
    /// # Errors
    /// The JSON-RPC error, with its number, words and data.
    pub async fn request_and_listen(&self, method: &str, params: Value) -> Result<(Value, Vec<Said>)> {
        self.start(method, params).await?.heard().await
    }

    /// Sends a request again with the answers, for as long as its results ask.
    async fn answered(&self, method: Method, params: Value) -> Result<(Value, Vec<Said>)> {
        let (mut result, mut said) = self.start(method.as_str(), params.clone()).await?.heard().await?;
        while result["resultType"] == "input_required" {
            let mut retry = params.clone();
            retry["inputResponses"] = self.profile.answers.to_result(&result)?;
            if let Some(state) = result.get("requestState") {
                retry["requestState"] = state.clone();
            }
            let (next, more) = self.start(method.as_str(), retry).await?.heard().await?;
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
        let mut params = json!({});
        loop {
            let mut page = self.request(method.as_str(), params).await?;
            items.extend(decode::<Vec<T>>(page[member].take())?);
            let cursor = page["nextCursor"].take();
            if cursor.is_null() {
                return Ok(items);
            }
            params = json!({"cursor": cursor});
        }
    }
}

/// The result in an answer, or its error as one of ours.
pub(crate) fn outcome(mut answer: Value) -> Result<Value> {
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
