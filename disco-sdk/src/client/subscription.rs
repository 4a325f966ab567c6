//! Changes, in whichever way the revision tells them.

use serde_json::{Value, json};

use super::link::Incoming;
use super::pending::Pending;
use super::{Client, Said};
use crate::error::{Error, Result};
use crate::protocol::method::{Method, Notice};
use crate::protocol::subscription::SubscriptionFilter;

/// Changes that a client hears of. Since 2026-07-28 that is a `subscriptions/listen`; before, the stream
/// of the session, with a `resources/subscribe` for each resource.
pub struct Subscription<'a> {
    client: &'a Client,
    filter: SubscriptionFilter,
    source: Source<'a>,
}

enum Source<'a> {
    Request(Pending<'a>),
    Session(Box<dyn Incoming>),
}

impl std::fmt::Debug for Subscription<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").field("filter", &self.filter).finish_non_exhaustive()
    }
}

impl<'a> Subscription<'a> {
    pub(super) async fn open(client: &'a Client, filter: SubscriptionFilter) -> Result<Self> {
        if !client.version().is_legacy() {
            let mut request = client.start(Method::Listen.as_str(), json!({"notifications": filter})).await?;
            let Some(first) = request.said().await? else {
                request.outcome().await?;
                return Err(Error::new("the subscription has ended at once"));
            };
            if first.method != Notice::SubscriptionAcknowledged.as_str() {
                return Err(Error::new(format!("{} came before the acknowledgement", first.method)));
            }
            return Ok(Self { client, filter, source: Source::Request(request) });
        }
        let stream = client.link.listen().await?;
        for uri in &filter.resource_subscriptions {
            client.request(Method::SubscribeResource.as_str(), json!({"uri": uri})).await?;
        }
        Ok(Self { client, filter, source: Source::Session(stream) })
    }

    /// The next change that was asked for; `None` when the server has ended it.
    ///
    /// # Errors
    /// The connection ends.
    pub async fn next(&mut self) -> Result<Option<Said>> {
        let stream = match &mut self.source {
            Source::Request(request) => return request.said().await,
            Source::Session(stream) => stream,
        };
        loop {
            let Some(message) = stream.next().await? else {
                return Ok(None);
            };
            self.client.profile.show(None, &message);
            if is_wanted(&self.filter, &message) {
                let method = message["method"].as_str().unwrap_or_default().to_owned();
                return Ok(Some(Said { method, params: message["params"].clone() }));
            }
        }
    }

    /// Hears no more.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn end(self) -> Result<()> {
        match self.source {
            Source::Request(request) => request.cancel("no longer wanted").await,
            Source::Session(_) => {
                for uri in &self.filter.resource_subscriptions {
                    self.client.request(Method::UnsubscribeResource.as_str(), json!({"uri": uri})).await?;
                }
                Ok(())
            }
        }
    }
}

fn is_wanted(filter: &SubscriptionFilter, message: &Value) -> bool {
    match message["method"].as_str().and_then(Notice::named) {
        Some(Notice::ToolsListChanged) => filter.tools_list_changed,
        Some(Notice::PromptsListChanged) => filter.prompts_list_changed,
        Some(Notice::ResourcesListChanged) => filter.resources_list_changed,
        Some(Notice::ResourceUpdated) => {
            message["params"]["uri"].as_str().is_some_and(|uri| filter.resource_subscriptions.contains(uri))
        }
        _ => false,
    }
}
