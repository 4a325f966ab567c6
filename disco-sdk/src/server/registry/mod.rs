//! What a server offers: frozen at every moment, and exchanged whole when it changes.

mod cursor;
mod difference;
mod faults;
mod members;
mod offer;
mod pages;
mod shown;
mod snapshot;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

pub(crate) use cursor::Cursors;
pub(crate) use members::{PageWithMembers, page_with_members};
pub(crate) use offer::{List, Offer};
pub(crate) use pages::{Lists, write_cache};
use snapshot::Snapshot;

use super::catalog::{Catalog, Provide};
use super::context::{Context, StateMap};
#[cfg(feature = "layers")]
use super::layer::Chain;
use super::notifier::{Change, Notifier};
use super::param::FromCall;
use crate::error::{Error, Result};
use crate::transport::Caller;

/// Which audiences a caller belongs to.
pub(crate) type Audiences = Box<dyn Fn(&Caller) -> BTreeSet<String> + Send + Sync>;

/// What a server offers, to be changed while it serves. Cheap to clone.
///
/// [`Service::registry`](crate::Service::registry) gives it, and handlers take it as a parameter. What
/// is added is checked as [`Server::build`](crate::Server::build) checks it; a change that is refused
/// has changed nothing. Clients that want to know are told of the new lists, and only those who can see
/// the difference. A call under way goes on with what it began with.
///
/// A server that has no tool, resource or prompt when a client connects does not say that it could have
/// some: [`Server::dynamic`](crate::Server::dynamic) lets it.
///
/// ```
/// use disco_sdk::prelude::*;
///
/// /// Says hello.
/// #[tool]
/// fn hello() -> &'static str {
///     "hello"
/// }
///
/// /// Teaches the server to say hello.
/// #[tool]
/// fn learn(registry: Registry) -> Result<&'static str> {
///     registry.add(tools![hello])?;
///     Ok("learnt")
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let service = Server::new("demo", "1.0.0").with(tools![learn]).build()?;
/// let client = service.client().await?;
/// client.call("learn", serde_json::json!({})).await?;
/// assert_eq!(client.call("hello", serde_json::json!({})).await?.text(), "hello");
/// assert!(service.registry().remove_tool("hello"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    now: ArcSwap<Snapshot>,
    /// Held while a change is prepared.
    changing: Mutex<()>,
    settings: Settings,
    has_had: [AtomicBool; 3],
}

/// What stays as it is when the offer changes.
pub(crate) struct Settings {
    pub(crate) state: Arc<StateMap>,
    pub(crate) audiences: Option<Audiences>,
    /// Whether the server itself says who belongs to which; servers that are mounted in it may say so too.
    pub(crate) knows_audiences: bool,
    pub(crate) notifier: Notifier,
    pub(crate) lists: Arc<Lists>,
    /// For how many sets of audiences lists are kept.
    pub(crate) kept: usize,
    /// Whether all kinds are declared, though there is nothing of them yet.
    pub(crate) is_dynamic: bool,
    /// Whether there is a store of request states.
    pub(crate) keeps_states: bool,
    /// Those of the whole server.
    #[cfg(feature = "layers")]
    pub(crate) layers: Chain,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offer = self.everything();
        f.debug_struct("Registry")
            .field("tools", &offer.tools().len())
            .field("resources", &offer.resources().len())
            .field("prompts", &offer.prompts().len())
            .finish_non_exhaustive()
    }
}

impl Registry {
    /// Checks a catalog and freezes it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(crate) fn new(catalog: Catalog, settings: Settings) -> Result<Self> {
        settings.check(&catalog, "the server cannot be built")?;
        #[cfg(feature = "layers")]
        let catalog = settings.surround(catalog);
        let registry = Self(Arc::new(Inner {
            now: ArcSwap::from_pointee(Snapshot::new(catalog, Arc::clone(&settings.lists), settings.kept)),
            changing: Mutex::default(),
            has_had: Default::default(),
            settings,
        }));
        registry.remember_kinds();
        Ok(registry)
    }

    /// Adds what `provider` provides: `tools![..]`, a value whose `impl` has `#[handlers]`, or a single
    /// tool, resource or prompt.
    ///
    /// # Errors
    /// What [`Server::build`](crate::Server::build) would refuse; then nothing is added.
    pub fn add(&self, provider: impl Provide) -> Result<()> {
        self.change(|catalog| provider.provide(catalog))
    }

    /// Takes a tool away; `false` if there was none of this name.
    #[expect(clippy::must_use_candidate, reason = "that it is gone is what matters")]
    pub fn remove_tool(&self, name: &str) -> bool {
        self.remove(|catalog| retain(&mut catalog.tools, |tool| tool.info().name != name))
    }

    /// Takes a resource away, or a family of them: by its URI or template, as it is written. `false` if
    /// there was none.
    #[expect(clippy::must_use_candidate, reason = "that it is gone is what matters")]
    pub fn remove_resource(&self, uri: &str) -> bool {
        self.remove(|catalog| retain(&mut catalog.resources, |resource| resource.spelling() != uri))
    }

    /// Takes a prompt away; `false` if there was none of this name.
    #[expect(clippy::must_use_candidate, reason = "that it is gone is what matters")]
    pub fn remove_prompt(&self, name: &str) -> bool {
        self.remove(|catalog| retain(&mut catalog.prompts, |prompt| prompt.info().name != name))
    }

    fn remove(&self, remove: impl FnOnce(&mut Catalog) -> bool) -> bool {
        let mut is_removed = false;
        // What is left cannot be wrong where all of it was right.
        self.change(|catalog| is_removed = remove(catalog)).is_ok() && is_removed
    }

    /// Changes anything at once: what is in the catalog afterwards is what is offered. `change` must not
    /// change the registry by itself.
    ///
    /// # Errors
    /// What [`Server::build`](crate::Server::build) would refuse; then nothing has changed.
    pub fn change(&self, change: impl FnOnce(&mut Catalog)) -> Result<()> {
        let inner = &*self.0;
        let changing = inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = inner.now.load_full();
        let mut catalog = before.catalog();
        change(&mut catalog);
        let settings = &inner.settings;
        settings.check(&catalog, "the registry cannot be changed so")?;
        #[cfg(feature = "layers")]
        let catalog = settings.surround(catalog);
        let after = Arc::new(Snapshot::new(catalog, Arc::clone(&settings.lists), settings.kept));
        inner.now.store(Arc::clone(&after));
        self.remember_kinds();
        let changes = difference::between(before.items(), after.items());
        drop(changing);
        for (change, hearers) in changes {
            settings.notifier.tell(&change, &hearers);
        }
        Ok(())
    }

    /// Looks at what a caller is offered now. Who only looks needs no share of it, which is two locked
    /// instructions less.
    pub(crate) fn look<T>(&self, caller: &Caller, at: impl FnOnce(&Offer) -> T) -> T {
        let now = self.0.now.load();
        match now.for_everyone() {
            Some(offer) => at(offer),
            None => at(&now.offer(|| self.audiences(caller))),
        }
    }

    /// What a caller is offered now, to be kept.
    pub(crate) fn offer(&self, caller: &Caller) -> Arc<Offer> {
        self.0.now.load().offer(|| self.audiences(caller))
    }

    /// What whoever runs the server sees.
    pub(crate) fn everything(&self) -> Arc<Offer> {
        self.0.now.load().everything()
    }

    /// The audiences that a caller belongs to.
    pub(crate) fn audiences(&self, caller: &Caller) -> BTreeSet<String> {
        self.0.settings.audiences.as_ref().map(|of| of(caller)).unwrap_or_default()
    }

    /// What gives the registry back for as long as somebody else has it.
    pub(crate) fn weak(&self) -> impl Fn() -> Option<Self> + Send + Sync + 'static {
        let weak = Arc::downgrade(&self.0);
        move || weak.upgrade().map(Self)
    }

    pub(crate) fn notifier(&self) -> &Notifier {
        &self.0.settings.notifier
    }

    pub(crate) fn is_dynamic(&self) -> bool {
        self.0.settings.is_dynamic
    }

    /// Whether clients are told that there can be such things, though there is none in their offer.
    pub(crate) fn declares(&self, kind: &Change) -> bool {
        self.0.settings.is_dynamic
            || has_had(kind).is_some_and(|at| self.0.has_had[at].load(Ordering::Relaxed))
    }

    /// Whatever everybody has been offered once stays declared: clients that have seen it may listen.
    fn remember_kinds(&self) {
        let now = self.0.now.load();
        let items = now.items();
        let kinds = [
            items.tools.iter().any(|tool| tool.audiences().is_empty()),
            items.prompts.iter().any(|prompt| prompt.audiences().is_empty()),
            items.resources.iter().any(|resource| resource.audiences().is_empty()),
        ];
        for (has_had, has) in self.0.has_had.iter().zip(kinds) {
            has_had.fetch_or(has, Ordering::Relaxed);
        }
    }
}

fn has_had(kind: &Change) -> Option<usize> {
    match kind {
        Change::Tools => Some(0),
        Change::Prompts => Some(1),
        Change::Resources => Some(2),
        Change::Resource(_) | Change::Task(_) | Change::Elicitation { .. } => None,
    }
}

/// Keeps what `stays`; whether anything was taken away.
fn retain<T>(items: &mut Vec<T>, stays: impl FnMut(&T) -> bool) -> bool {
    let before = items.len();
    items.retain(stays);
    items.len() < before
}

impl Settings {
    /// Puts the layers of the server around what has come to it.
    #[cfg(feature = "layers")]
    fn surround(&self, mut catalog: Catalog) -> Catalog {
        for particulars in catalog.particulars_mut().filter(|one| !one.has_servers_layers) {
            particulars.layers.surround(&self.layers);
            particulars.has_servers_layers = true;
        }
        catalog
    }

    fn check(&self, catalog: &Catalog, what: &str) -> Result<()> {
        let faults = faults::faults(catalog, &self.state, self.knows_audiences, self.keeps_states);
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::new(format!("{what}:\n{}", faults.join("\n"))))
    }
}

#[diagnostic::do_not_recommend]
impl FromCall for Registry {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(cx.registry().clone())
    }
}
