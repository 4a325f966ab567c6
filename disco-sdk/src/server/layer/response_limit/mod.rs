//! A bound on the results of tools: what is longer is shown in part, and can be read whole as a resource.

mod cut;
mod store;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use self::cut::{Place, cut, size};
use self::store::Store;
use super::call::Call;
use super::chain::CallLayer as _;
use super::outcome::Outcome;
use super::within::{Handle, Next, is_layer};
use crate::error::{Error, Result};
use crate::protocol::resource::ReadResourceResult;
use crate::server::BoxFuture;
use crate::server::builder::Server;
use crate::server::context::Context;
use crate::server::key::random_bytes;
use crate::server::resource::{Resource, Variables};

/// The family of all that was put aside.
const TEMPLATE: &str = "disco://results/{id}";

/// How long the results of tools may be: [`Server::response_limit`].
#[derive(Clone, Copy, Debug)]
pub struct ResponseLimit {
    bytes: usize,
    keep: Duration,
    kept_bytes: usize,
}

impl ResponseLimit {
    /// So many bytes for the content of a result, as it is written.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self { bytes, keep: Duration::from_mins(10), kept_bytes: 64 << 20 }
    }

    /// So long the whole of a result can be read; ten minutes unless it is said.
    #[must_use]
    pub fn keep(mut self, time: Duration) -> Self {
        self.keep = time;
        self
    }

    /// So many bytes of results are kept, over all callers, the oldest are forgotten first; 64 MiB unless it
    /// is said.
    #[must_use]
    pub fn kept_bytes(mut self, most: usize) -> Self {
        self.kept_bytes = most;
        self
    }
}

impl Server {
    /// Bounds the results of tools. Of a longer one the model sees the beginning and the end, how much was left
    /// out, and a link to a resource that has all of it, for a while and for the same caller only.
    ///
    /// A result that has to fit an output schema cannot be shown in part. It becomes a failure that says that
    /// the tool has done its work, `RESULT_TOO_LARGE`, with the same link.
    ///
    /// What is kept is kept in this process: another replica does not have it. A layer that is given later
    /// sees whole results.
    ///
    /// ```
    /// use disco_sdk::layer::ResponseLimit;
    /// use disco_sdk::prelude::*;
    ///
    /// let server = Server::new("logs", "1.0.0").response_limit(ResponseLimit::new(64 << 10));
    /// ```
    pub fn response_limit(mut self, limit: ResponseLimit) -> Self {
        let store = Arc::new(Mutex::new(Store::new(limit.keep, limit.kept_bytes)));
        self.layers.push(Spill { bytes: limit.bytes, store: Arc::clone(&store) }.wrapped());
        self.with(kept_results(store))
    }
}

/// The resources that hold what was put aside.
fn kept_results(store: Arc<Mutex<Store>>) -> Resource {
    let read = move |cx: &Context, uri: &str, variables: Variables| -> BoxFuture<'static, _> {
        let id = variables.text("id").unwrap_or_default();
        let found = lock(&store).get(&id, &cx.caller().principal());
        let result = found.map(|contents| ReadResourceResult { contents, ..ReadResourceResult::default() });
        Box::pin(std::future::ready(result.ok_or_else(|| Error::resource_not_found(uri))))
    };
    Resource::new(TEMPLATE, "result", read)
        .expect("it is a template")
        .with_description("The whole of a result that was too long to be told at once.")
}

/// The layer that puts aside what is too long.
#[derive(Clone, Debug)]
struct Spill {
    bytes: usize,
    store: Arc<Mutex<Store>>,
}

impl Spill {
    fn shortened(&self, outcome: Outcome, caller: String, has_schema: bool) -> Result<Outcome> {
        let Outcome::Tool(output) = outcome else {
            return Ok(outcome);
        };
        let bytes = size(&output);
        if bytes <= self.bytes {
            return Ok(Outcome::Tool(output));
        }
        let id = URL_SAFE_NO_PAD.encode(&random_bytes()?[..16]);
        let uri = TEMPLATE.replace("{id}", &id);
        let place = Place { uri: &uri, bytes, most: self.bytes };
        let (shown, whole) = cut(output, has_schema, &place);
        let is_kept = lock(&self.store).put(id, caller, bytes, whole);
        Ok(Outcome::Tool(if is_kept { shown.with_link(&place) } else { shown.without_link(&place) }))
    }
}

impl Handle for Spill {
    fn handle(&self, call: Call, next: Next) -> BoxFuture<'static, Result<Outcome>> {
        let (this, has_schema) = (self.clone(), call.has_output_schema());
        let caller = call.caller().principal();
        let future = next.run(call);
        Box::pin(async move { this.shortened(future.await?, caller, has_schema) })
    }
}

is_layer!(Spill);

fn lock(store: &Mutex<Store>) -> std::sync::MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}
