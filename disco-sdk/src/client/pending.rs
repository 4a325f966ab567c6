//! A request under way: what the server says before it answers, and the answer.

use serde_json::{Value, json};

use super::link::Incoming;
use super::{Client, Said, outcome};
use crate::error::{Error, Result};
use crate::protocol::jsonrpc::Id;
use crate::protocol::method::Notice;

/// A request under way. To drop it is to hang up: in memory and over HTTP the server sees it.
///
/// ```
/// use disco_sdk::prelude::*;
/// use serde_json::json;
///
/// /// Counts to two.
/// #[tool]
/// fn count(ctx: Context) -> &'static str {
///     ctx.progress(1.0, 2.0, "one");
///     "two"
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let client = Server::new("demo", "1.0.0").with(tools![count]).client().await?;
/// let mut call = client.start("tools/call", json!({"name": "count"})).await?;
/// let first = call.said().await?.expect("it says how far it is");
/// assert_eq!(first.params["message"], "one");
/// assert_eq!(call.outcome().await?["content"][0]["text"], "two");
/// # Ok(()) }
/// ```
pub struct Pending<'a> {
    client: &'a Client,
    id: Id,
    method: String,
    incoming: Box<dyn Incoming>,
    answer: Option<Value>,
}

impl std::fmt::Debug for Pending<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("id", &self.id).field("method", &self.method).finish_non_exhaustive()
    }
}

impl<'a> Pending<'a> {
    pub(super) fn new(client: &'a Client, id: Id, method: &str, incoming: Box<dyn Incoming>) -> Self {
        Self { client, id, method: method.to_owned(), incoming, answer: None }
    }

    /// Its id on the wire, which is its progress token too.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// What the server says next; `None` when it has answered. Questions are answered meanwhile.
    ///
    /// # Errors
    /// The connection ends before the answer.
    pub async fn said(&mut self) -> Result<Option<Said>> {
        if self.answer.is_some() {
            return Ok(None);
        }
        let Some(mut message) = self.incoming.next().await? else {
            return Err(Error::new("the call was cancelled, or the connection has ended"));
        };
        self.client.profile.show(Some(&self.method), &message);
        if message.get("method").is_none() {
            self.answer = Some(message);
            return Ok(None);
        }
        self.client.reply(&message).await?;
        Ok(Some(Said {
            method: message["method"].as_str().unwrap_or_default().to_owned(),
            params: message["params"].take(),
        }))
    }

    /// Waits for the answer, and gives its result.
    ///
    /// # Errors
    /// The JSON-RPC error, or the connection ends before the answer.
    pub async fn outcome(self) -> Result<Value> {
        Ok(self.heard().await?.0)
    }

    /// The result, and what was said before it.
    pub(super) async fn heard(mut self) -> Result<(Value, Vec<Said>)> {
        let mut all = Vec::new();
        while let Some(said) = self.said().await? {
            all.push(said);
        }
        Ok((outcome(self.answer.take().unwrap_or_default())?, all))
    }

    /// Tells the server that nobody waits any more, in the way of the transport: by a notification, or by
    /// closing the stream.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn cancel(self, reason: &str) -> Result<()> {
        if self.client.link.cancels_by_closing() {
            return Ok(());
        }
        self.client.notify(Notice::Cancelled.as_str(), json!({"requestId": self.id, "reason": reason})).await
    }
}
