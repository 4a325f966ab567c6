//! Which lists a change has changed, and for whom.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::offer::Items;
use crate::server::notifier::{Change, Hearers};
use crate::server::prompt::Prompt;
use crate::server::resource::Resource;
use crate::server::tool::Tool;

/// What a list shows, and whom.
trait Listed {
    fn key(&self) -> &str;
    fn audiences(&self) -> &[String];
    fn looks_like(&self, other: &Self) -> bool;
}

impl Listed for Tool {
    fn key(&self) -> &str {
        &self.info().name
    }

    fn audiences(&self) -> &[String] {
        self.audiences()
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.info() == other.info()
    }
}

impl Listed for Resource {
    fn key(&self) -> &str {
        self.spelling()
    }

    fn audiences(&self) -> &[String] {
        self.audiences()
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.listed() == other.listed() && self.listed_template() == other.listed_template()
    }
}

impl Listed for Prompt {
    fn key(&self) -> &str {
        &self.info().name
    }

    fn audiences(&self) -> &[String] {
        self.audiences()
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.info() == other.info()
    }
}

/// The lists that are not as they were, with those who can see that.
pub(super) fn between(before: &Items, after: &Items) -> Vec<(Change, Hearers)> {
    let lists = [
        (Change::Tools, hearers(&before.tools, &after.tools)),
        (Change::Prompts, hearers(&before.prompts, &after.prompts)),
        (Change::Resources, hearers(&before.resources, &after.resources)),
    ];
    lists.into_iter().filter_map(|(change, hearers)| Some((change, hearers?))).collect()
}

fn hearers<T: Listed>(before: &[Arc<T>], after: &[Arc<T>]) -> Option<Hearers> {
    let old: HashMap<&str, &T> = before.iter().map(|one| (one.key(), &**one)).collect();
    let new: HashMap<&str, &T> = after.iter().map(|one| (one.key(), &**one)).collect();
    let gone = before.iter().filter(|one| !new.contains_key(one.key())).map(|one| &**one);
    let come = after.iter().filter(|one| !old.contains_key(one.key())).map(|one| &**one);
    let other = after.iter().filter_map(|one| {
        let was = *old.get(one.key())?;
        let is_same = was.looks_like(one) && was.audiences() == one.audiences();
        (!is_same).then(|| [was, one])
    });
    let touched: Vec<&T> = gone.chain(come).chain(other.flatten()).collect();
    if touched.is_empty() {
        let is_same_order = before.iter().map(|one| one.key()).eq(after.iter().map(|one| one.key()));
        return (!is_same_order).then_some(Hearers::Everyone);
    }
    if touched.iter().any(|one| one.audiences().is_empty()) {
        return Some(Hearers::Everyone);
    }
    let names: BTreeSet<String> = touched.iter().flat_map(|one| one.audiences()).cloned().collect();
    Some(Hearers::Audiences(names))
}
