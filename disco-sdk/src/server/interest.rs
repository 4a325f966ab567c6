//! What one peer wants to hear of.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::notifier::Change;
use crate::error::{Error, Result};
use crate::protocol::subscription::SubscriptionFilter;

/// What one peer wants to hear of: settled by a subscription, or changed as an old-era session goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interest(Arc<Mutex<SubscriptionFilter>>);

impl Interest {
    pub(crate) fn of(filter: SubscriptionFilter) -> Self {
        Self(Arc::new(Mutex::new(filter)))
    }

    pub(crate) fn has(&self, change: &Change) -> bool {
        let filter = self.lock();
        match change {
            Change::Tools => filter.tools_list_changed,
            Change::Prompts => filter.prompts_list_changed,
            Change::Resources => filter.resources_list_changed,
            Change::Resource(uri) => filter.resource_subscriptions.contains(uri),
        }
    }

    /// In the old era whoever has opened a session hears of every list.
    pub(crate) fn add_lists(&self) {
        let mut filter = self.lock();
        filter.tools_list_changed = true;
        filter.prompts_list_changed = true;
        filter.resources_list_changed = true;
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// When there are `limit` already.
    pub(crate) fn subscribe(&self, uri: &str, limit: usize) -> Result<()> {
        let mut filter = self.lock();
        let subscribed = &mut filter.resource_subscriptions;
        if subscribed.len() >= limit && !subscribed.contains(uri) {
            return Err(Error::invalid_params(format!(
                "/params/uri: this session has subscribed to {limit} resources already; unsubscribe from one first"
            )));
        }
        subscribed.insert(uri.to_owned());
        Ok(())
    }

    pub(crate) fn unsubscribe(&self, uri: &str) {
        self.lock().resource_subscriptions.remove(uri);
    }

    fn lock(&self) -> MutexGuard<'_, SubscriptionFilter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
