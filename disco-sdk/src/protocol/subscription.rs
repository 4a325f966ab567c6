//! What a client wants to hear of. Specification: basic/patterns/subscriptions.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Error;

use super::reading::{FromObject, Object};

/// The changes that a client wants to hear of; what is left out is not wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionFilter {
    /// Other tools are there.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "is_not_wanted")]
    pub tools_list_changed: bool,
    /// Other prompts are there.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "is_not_wanted")]
    pub prompts_list_changed: bool,
    /// Other resources are there.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "is_not_wanted")]
    pub resources_list_changed: bool,
    /// One of these resources reads differently.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "BTreeSet::is_empty")]
    pub resource_subscriptions: BTreeSet<String>,
    /// One of these tasks stands differently (an extension).
    #[serde(deserialize_with = "or_default", skip_serializing_if = "BTreeSet::is_empty")]
    pub task_ids: BTreeSet<String>,
}

/// The parameters of `subscriptions/listen`.
#[derive(Debug)]
pub struct ListenParams {
    /// What is wanted.
    pub notifications: SubscriptionFilter,
}

impl FromObject<'_> for ListenParams {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        Ok(Self { notifications: object.object("notifications")? })
    }
}

impl FromObject<'_> for SubscriptionFilter {
    fn from_object(object: &Object<'_, '_>) -> Result<Self, Error> {
        let is_wanted = |name| object.bool(name).map(Option::unwrap_or_default);
        let named = |name| -> Result<BTreeSet<String>, Error> {
            let mut all = BTreeSet::new();
            all.extend(object.strings(name)?.into_iter().flatten());
            Ok(all)
        };
        Ok(Self {
            tools_list_changed: is_wanted("toolsListChanged")?,
            prompts_list_changed: is_wanted("promptsListChanged")?,
            resources_list_changed: is_wanted("resourcesListChanged")?,
            resource_subscriptions: named("resourceSubscriptions")?,
            task_ids: named("taskIds")?,
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is what serde hands over")]
fn is_not_wanted(is_wanted: &bool) -> bool {
    !is_wanted
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_wanted_is_left_out_and_null_is_not_wanted() {
        let json = json!({"toolsListChanged": true, "promptsListChanged": null, "resourceSubscriptions": []});
        let filter: SubscriptionFilter = serde_json::from_value(json).unwrap();
        assert_eq!(serde_json::to_value(&filter).unwrap(), json!({"toolsListChanged": true}));
    }
}
