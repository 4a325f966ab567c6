//! What one peer wants to hear of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::notifier::{Change, TaskChange};
use super::resource::{Watches, Watching};
use super::task::Owner;
use crate::error::{Error, Result};
use crate::protocol::subscription::SubscriptionFilter;

/// What one peer wants to hear of: settled by a subscription, or changed as an old-era session goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interest(Arc<Mutex<Wanted>>);

#[derive(Debug, Default)]
struct Wanted {
    filter: SubscriptionFilter,
    /// Whose tasks may be told of.
    owner: Option<Owner>,
    /// All that is told of the owner, and not only the tasks that the filter names.
    all_of_owner: bool,
    /// While anybody listens for it: what watches the resources that the filter names.
    listening: Option<Listening>,
}

#[derive(Debug)]
struct Listening {
    ears: usize,
    watches: Watches,
    watching: HashMap<String, Watching>,
}

impl Interest {
    pub(crate) fn of(filter: SubscriptionFilter, owner: Owner) -> Self {
        Self(Arc::new(Mutex::new(Wanted { filter, owner: Some(owner), ..Wanted::default() })))
    }

    /// Somebody listens for it from now on: the resources that it names are watched.
    pub(crate) fn begin_listening(&self, watches: &Watches) {
        let wanted = &mut *self.lock();
        if let Some(listening) = &mut wanted.listening {
            listening.ears += 1;
            return;
        }
        let named = wanted.filter.resource_subscriptions.iter();
        let watching = named.filter_map(|uri| Some((uri.clone(), watches.watch(uri)?))).collect();
        wanted.listening = Some(Listening { ears: 1, watches: watches.clone(), watching });
    }

    /// One that has listened does so no more.
    pub(crate) fn end_listening(&self) {
        let mut wanted = self.lock();
        if let Some(listening) = &mut wanted.listening {
            listening.ears -= 1;
            if listening.ears == 0 {
                wanted.listening = None;
            }
        }
    }

    pub(crate) fn has(&self, change: &Change) -> bool {
        let wanted = self.lock();
        let filter = &wanted.filter;
        match change {
            Change::Tools => filter.tools_list_changed,
            Change::Prompts => filter.prompts_list_changed,
            Change::Resources => filter.resources_list_changed,
            Change::Resource(uri) => filter.resource_subscriptions.contains(uri),
            Change::Task(TaskChange { record: task, .. }) => {
                wanted.owner.as_ref().is_some_and(|owner| owner.owns(&task.owner))
                    && (wanted.all_of_owner || filter.task_ids.contains(&task.id))
            }
            Change::Elicitation { owner: other, .. } => {
                wanted.all_of_owner && wanted.owner.as_ref().is_some_and(|owner| owner.owns(other))
            }
        }
    }

    /// On 2025-11-25 a session hears of every task that it has begun, and of what its person has done.
    pub(crate) fn add_all_of(&self, owner: Owner) {
        let mut wanted = self.lock();
        (wanted.owner, wanted.all_of_owner) = (Some(owner), true);
    }

    /// In the old era whoever has opened a session hears of every list.
    pub(crate) fn add_lists(&self) {
        let filter = &mut self.lock().filter;
        filter.tools_list_changed = true;
        filter.prompts_list_changed = true;
        filter.resources_list_changed = true;
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// When there are `limit` already.
    pub(crate) fn subscribe(&self, uri: &str, limit: usize) -> Result<()> {
        let wanted = &mut *self.lock();
        let subscribed = &mut wanted.filter.resource_subscriptions;
        if subscribed.len() >= limit && !subscribed.contains(uri) {
            return Err(Error::invalid_params(format!(
                "/params/uri: this session has subscribed to {limit} resources already; unsubscribe from one first"
            )));
        }
        if subscribed.insert(uri.to_owned())
            && let Some(listening) = &mut wanted.listening
            && let Some(watching) = listening.watches.watch(uri)
        {
            listening.watching.insert(uri.to_owned(), watching);
        }
        Ok(())
    }

    pub(crate) fn unsubscribe(&self, uri: &str) {
        let mut wanted = self.lock();
        wanted.filter.resource_subscriptions.remove(uri);
        if let Some(listening) = &mut wanted.listening {
            listening.watching.remove(uri);
        }
    }

    /// Whether there are resources that the client wants to hear of.
    pub(crate) fn names_resources(&self) -> bool {
        !self.lock().filter.resource_subscriptions.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Wanted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
