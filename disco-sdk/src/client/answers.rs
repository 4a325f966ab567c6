//! How a client answers what a server asks of it.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

/// A question of the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// `elicitation/create`, say.
    pub method: String,
    /// Its parameters.
    pub params: Value,
    /// What the server calls it (since 2026-07-28).
    pub key: Option<String>,
}

impl Question {
    /// What the person reads.
    #[must_use]
    pub fn message(&self) -> &str {
        self.params["message"].as_str().unwrap_or_default()
    }
}

type Hook = dyn Fn(&Question) -> Option<Value> + Send + Sync;

/// What a client can be asked, and what it answers.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::Version;
/// use disco_sdk::client::Answers;
///
/// /// Greets somebody.
/// #[tool]
/// async fn greet(ctx: Context) -> Result<String> {
///     Ok(format!("Hello, {}!", ctx.ask::<String>("What is your name?").await?))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let server = Server::new("demo", "1.0.0").with(tools![greet]).build()?;
/// for version in [Version::V2025_06_18, Version::LATEST_LEGACY] {
///     let client = server.client_with(version, Answers::form(|_| serde_json::json!({"value": "Ada"}))).await?;
///     assert_eq!(client.call("greet", serde_json::json!({})).await?.text(), "Hello, Ada!");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Answers {
    capabilities: Value,
    hook: Arc<Hook>,
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("capabilities", &self.capabilities).finish_non_exhaustive()
    }
}

impl Default for Answers {
    /// Cannot be asked anything.
    fn default() -> Self {
        Self::new(json!({}), |_| None)
    }
}

impl Answers {
    /// A client with these capabilities, which answers each question with the result that `hook` gives
    /// for it, or not at all.
    pub fn new(
        capabilities: Value,
        hook: impl Fn(&Question) -> Option<Value> + Send + Sync + 'static,
    ) -> Self {
        Self { capabilities, hook: Arc::new(hook) }
    }

    /// A client whose user fills in every form with what `fill` gives.
    pub fn form(fill: impl Fn(&Question) -> Value + Send + Sync + 'static) -> Self {
        let capabilities = json!({"elicitation": {"form": {}}});
        Self::new(capabilities, move |question| Some(json!({"action": "accept", "content": fill(question)})))
    }

    pub(super) fn capabilities(&self) -> &Value {
        &self.capabilities
    }

    /// The answer to a message of the server, if that is a question and there is one.
    pub(super) fn to_message(&self, message: &Value) -> Option<Value> {
        let id = message.get("id")?;
        let question = Question {
            method: message.get("method")?.as_str()?.to_owned(),
            params: message["params"].clone(),
            key: None,
        };
        let result = (self.hook)(&question)?;
        // What looks like an error is one, so that a test can refuse a question.
        Some(match result.get("error") {
            Some(error) => json!({"jsonrpc": "2.0", "id": id, "error": error}),
            None => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        })
    }

    /// The answers to the questions of a result; those that have none are left out.
    ///
    /// # Errors
    /// None of the questions has an answer.
    pub(super) fn to_result(&self, result: &Value) -> Result<Value> {
        let mut answers = Map::new();
        let questions = result["inputRequests"].as_object();
        for (key, asked) in questions.into_iter().flatten() {
            let question = Question {
                method: asked["method"].as_str().unwrap_or_default().to_owned(),
                params: asked["params"].clone(),
                key: Some(key.clone()),
            };
            if let Some(answer) = (self.hook)(&question) {
                answers.insert(key.clone(), answer);
            }
        }
        if answers.is_empty() {
            return Err(no_answer());
        }
        Ok(Value::Object(answers))
    }
}

/// What the server asks, nobody answers.
pub(crate) fn no_answer() -> Error {
    Error::new("the server asks, and this client has no answer")
}
