//! All that a server has at one moment, and what each audience is offered of it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::offer::{Items, Offer};
use super::pages::Lists;
use crate::server::catalog::Catalog;
use crate::server::prompt::Prompt;
use crate::server::resource::Resource;
use crate::server::tool::Tool;

/// The most audiences that the items of one server may name: a set of them is one number.
pub(super) const MOST_AUDIENCES: usize = 64;

/// Some of the audiences that a snapshot knows, by their places in it.
type Mask = u64;

/// All that a server has at one moment.
pub(super) struct Snapshot {
    items: Items,
    /// Every audience that an item names, in order.
    audiences: Vec<String>,
    lists: Arc<Lists>,
    /// What everybody is offered; `None` where that depends on the caller.
    for_everyone: Option<Arc<Offer>>,
    /// The offers of sets of audiences that were asked for, the newest last.
    offers: Mutex<VecDeque<(Mask, Arc<Offer>)>>,
    kept: usize,
}

impl Snapshot {
    /// Freezes a catalog; `kept` is for how many sets of audiences lists are remembered.
    pub(super) fn new(catalog: Catalog, lists: Arc<Lists>, kept: usize) -> Self {
        let items = Items {
            tools: catalog.tools.into_iter().map(Arc::new).collect(),
            resources: catalog.resources.into_iter().map(Arc::new).collect(),
            prompts: catalog.prompts.into_iter().map(Arc::new).collect(),
        };
        let audiences: Vec<String> = named(&items).into_iter().collect();
        let mut snapshot =
            Self { items, audiences, lists, for_everyone: None, offers: Mutex::default(), kept: kept.max(1) };
        if snapshot.audiences.is_empty() {
            snapshot.for_everyone = Some(Arc::new(snapshot.offer_to(0)));
        }
        snapshot
    }

    pub(super) fn items(&self) -> &Items {
        &self.items
    }

    /// The same to be changed.
    pub(super) fn catalog(&self) -> Catalog {
        Catalog {
            tools: self.items.tools.iter().map(|tool| Tool::clone(tool)).collect(),
            resources: self.items.resources.iter().map(|resource| Resource::clone(resource)).collect(),
            prompts: self.items.prompts.iter().map(|prompt| Prompt::clone(prompt)).collect(),
            ..Catalog::default()
        }
    }

    /// What everybody is offered; `None` where that depends on the caller.
    pub(super) fn for_everyone(&self) -> Option<&Offer> {
        self.for_everyone.as_deref()
    }

    /// What a caller is offered who belongs to `audiences`; they are asked for only if they matter.
    pub(super) fn offer(&self, audiences: impl FnOnce() -> BTreeSet<String>) -> Arc<Offer> {
        if let Some(offer) = &self.for_everyone {
            return Arc::clone(offer);
        }
        let audiences = audiences();
        self.kept_offer(self.mask(|name| audiences.contains(name)))
    }

    /// What whoever runs the server sees: everything.
    pub(super) fn everything(&self) -> Arc<Offer> {
        self.for_everyone.as_ref().map_or_else(|| self.kept_offer(Mask::MAX), Arc::clone)
    }

    fn mask(&self, has: impl Fn(&String) -> bool) -> Mask {
        let known = self.audiences.iter().take(MOST_AUDIENCES).enumerate();
        known.filter(|(_, name)| has(name)).fold(0, |mask, (at, _)| mask | 1 << at)
    }

    fn kept_offer(&self, mask: Mask) -> Arc<Offer> {
        let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, offer)) = offers.iter().find(|(known, _)| *known == mask) {
            return Arc::clone(offer);
        }
        let offer = Arc::new(self.offer_to(mask));
        if offers.len() >= self.kept {
            offers.pop_front();
        }
        offers.push_back((mask, Arc::clone(&offer)));
        offer
    }

    fn offer_to(&self, mask: Mask) -> Offer {
        let sees = |audiences: &[String]| {
            audiences.is_empty() || self.mask(|name| audiences.contains(name)) & mask != 0
        };
        let Items { tools, resources, prompts } = &self.items;
        let items = Items {
            tools: tools.iter().filter(|tool| sees(tool.audiences())).cloned().collect(),
            resources: resources.iter().filter(|resource| sees(resource.audiences())).cloned().collect(),
            prompts: prompts.iter().filter(|prompt| sees(prompt.audiences())).cloned().collect(),
        };
        let is_fixed = |resource: &&Arc<Resource>| resource.uri().is_some();
        let private = [
            tools.iter().any(|tool| !tool.audiences().is_empty()),
            resources.iter().filter(is_fixed).any(|resource| !resource.audiences().is_empty()),
            resources.iter().filter(|r| !is_fixed(r)).any(|resource| !resource.audiences().is_empty()),
            prompts.iter().any(|prompt| !prompt.audiences().is_empty()),
        ];
        Offer::new(items, private, Arc::clone(&self.lists))
    }
}

/// Every audience that an item names.
fn named(items: &Items) -> BTreeSet<String> {
    let tools = items.tools.iter().map(|tool| tool.audiences());
    let resources = items.resources.iter().map(|resource| resource.audiences());
    let prompts = items.prompts.iter().map(|prompt| prompt.audiences());
    let mut named = BTreeSet::new();
    for audiences in tools.chain(resources).chain(prompts) {
        // To collect them would sort them first, which is far more code.
        named.extend(audiences.iter().cloned());
    }
    named
}
