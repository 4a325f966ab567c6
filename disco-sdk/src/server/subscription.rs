//! An open `subscriptions/listen` of the modern era.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Polling, Poll, ready};

use serde::Serialize;
use serde_json::{Map, Value};

use super::BoxFuture;
use super::answer;
use super::context::Context;
use super::core::Core;
use super::in_flight::Entry;
use super::interest::Interest;
use super::notifier::{Change, Ear, TaskChange, subscription_meta};
use super::resource::Resource;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::jsonrpc::{self, Id};
use crate::protocol::method::Notice;
use crate::protocol::subscription::SubscriptionFilter;
use crate::transport::{Accepted, Answering, Caller, Event, Reply, Running, Wire};

/// A subscription that is being opened, or is open.
pub(crate) struct Subscription {
    core: Arc<Core>,
    context: Context,
    ear: Ear,
    /// The tasks that it asks for, while they are looked for.
    looking: Option<Looking>,
    /// Goes out before anything else.
    acknowledgment: Option<Vec<u8>>,
    /// Goes out before the result that ends it.
    farewell: Option<Vec<u8>>,
    is_ending: bool,
    entry: Option<Entry>,
}

/// What was agreed, but for the tasks; those that are found are told of as they stand.
struct Looking {
    agreed: SubscriptionFilter,
    found: BoxFuture<'static, Vec<TaskChange>>,
}

impl Subscription {
    /// Listens to what this server has of what the client asks for.
    ///
    /// # Errors
    /// When the client asks for more than this server can keep in mind.
    pub(crate) fn open(core: &Arc<Core>, context: Context, asked: SubscriptionFilter) -> Result<Self> {
        let limits = &core.limits;
        if core.notifier.listeners() >= limits.streams {
            let words =
                format!("this server has {} subscriptions open already; try again later", limits.streams);
            return Err(Error::protocol(ErrorCode::BUSY, words));
        }
        for (what, named) in
            [("resourceSubscriptions", asked.resource_subscriptions.len()), ("taskIds", asked.task_ids.len())]
        {
            if named > limits.subscriptions {
                let pointer = format!("/params/notifications/{what}");
                let words = format!("{pointer}: more than {}", limits.subscriptions);
                return Err(Error::invalid_params(words).with_data("pointer", pointer));
            }
        }
        let agreed = honoured(core, context.caller(), asked);
        let offer = core.registry.offer(context.caller());
        let is_watched = |uri: &&str| offer.resource(uri).is_some_and(Resource::is_watched);
        let uris = agreed.resource_subscriptions.iter().map(String::as_str);
        core.notifier.watches().admit(uris.filter(is_watched))?;
        let audiences = core.registry.audiences(context.caller());
        let ear = core.notifier.listen(Interest::of(agreed.clone(), context.owner().clone()), audiences);
        let (mut looking, mut acknowledgment) = (None, None);
        match core.task_engine(&offer).filter(|_| !agreed.task_ids.is_empty()) {
            None => acknowledgment = Some(acknowledged(&context, agreed)),
            Some(engine) => {
                let found = engine.watched(core, &context, agreed.task_ids.iter().cloned().collect())?;
                looking = Some(Looking { agreed, found });
            }
        }
        Ok(Self {
            core: Arc::clone(core),
            context,
            ear,
            looking,
            acknowledgment,
            farewell: None,
            is_ending: false,
            entry: None,
        })
    }

    /// Acknowledges the tasks that there are, and tells how they stand: they may have ended already.
    fn look(&mut self, cx: &mut Polling<'_>) -> Poll<()> {
        let Some(Looking { agreed, found }) = &mut self.looking else {
            return Poll::Ready(());
        };
        let found = ready!(found.as_mut().poll(cx));
        let mut agreed = std::mem::take(agreed);
        agreed.task_ids.retain(|id| found.iter().any(|task| task.record.id == *id));
        self.acknowledgment = Some(acknowledged(&self.context, agreed));
        for task in found {
            self.ear.tell(Change::Task(task));
        }
        self.looking = None;
        Poll::Ready(())
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Begins over `wire`, where the client can cancel it by `entry`; over HTTP it closes the stream.
    pub(crate) fn start(mut self, connected: Option<(Wire, Entry)>) -> Accepted {
        if let Some((wire, entry)) = connected {
            // 2026-07-28, basic/patterns/cancellation: so a server ends a subscription where there is
            // no stream to close; basic/patterns/subscriptions asks for the result besides.
            self.farewell = (wire == Wire::Stdio).then(|| farewell(self.context.request_id()));
            self.entry = Some(entry);
        }
        let version = self.context.version();
        Accepted::Running(Running::lasting(self, version))
    }

    fn result(&self) -> Reply {
        let id = self.context.request_id();
        let meta = subscription_meta(id);
        answer::result(id, self.context.version(), self.core.tail(), Some(&meta), |_| {})
    }
}

/// What goes out first: what the client will hear of.
fn acknowledged(context: &Context, notifications: SubscriptionFilter) -> Vec<u8> {
    #[derive(Serialize)]
    struct Acknowledged {
        notifications: SubscriptionFilter,
        #[serde(rename = "_meta")]
        meta: Map<String, Value>,
    }
    let acknowledged = Acknowledged { notifications, meta: subscription_meta(context.request_id()) };
    jsonrpc::notification(Notice::SubscriptionAcknowledged.as_str(), &acknowledged)
}

/// The part of a filter that this server has something for.
fn honoured(core: &Core, caller: &Caller, asked: SubscriptionFilter) -> SubscriptionFilter {
    let offer = core.registry.offer(caller);
    let kinds = core.kinds(&offer);
    let mut resources = asked.resource_subscriptions;
    resources.retain(|uri| offer.resource(uri).is_some());
    SubscriptionFilter {
        tools_list_changed: asked.tools_list_changed && kinds.tools,
        prompts_list_changed: asked.prompts_list_changed && kinds.prompts,
        resources_list_changed: asked.resources_list_changed && kinds.resources,
        resource_subscriptions: resources,
        task_ids: if core.task_engine(&offer).is_some() { asked.task_ids } else { BTreeSet::new() },
    }
}

fn farewell(id: &Id) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Params<'a> {
        request_id: &'a Id,
        reason: &'static str,
        #[serde(rename = "_meta")]
        meta: Map<String, Value>,
    }
    let params = Params { request_id: id, reason: "the server is stopping", meta: subscription_meta(id) };
    jsonrpc::notification(Notice::Cancelled.as_str(), &params)
}

impl Answering for Subscription {
    fn poll_event(mut self: Pin<&mut Self>, cx: &mut Polling<'_>) -> Poll<Event> {
        // An empty queue leaves our waker there, for a cancellation.
        self.context.outbox().take_or_wait(cx);
        if self.context.is_cancelled() {
            return Poll::Ready(Event::Gone);
        }
        ready!(self.look(cx));
        if let Some(acknowledgment) = self.acknowledgment.take() {
            return Poll::Ready(Event::Speak(acknowledgment));
        }
        if let Poll::Ready(change) = self.ear.poll_change(cx) {
            return Poll::Ready(Event::Speak(change.message(Some(self.context.request_id()))));
        }
        if !self.is_ending {
            return Poll::Pending;
        }
        Poll::Ready(match self.farewell.take() {
            Some(farewell) => Event::Speak(farewell),
            None => Event::Answer(self.result()),
        })
    }

    fn wind_down(mut self: Pin<&mut Self>) {
        self.is_ending = true;
    }
}
