//! The frozen server that every transport shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::answer::Tail;
use super::ask::Bounds;
use super::ask::state::Sealer;
use super::ask::store::Kept;
use super::budget::TokenBudget;
use super::caller::{Identify, identified};
use super::client_info::LastClient;
use super::context::StateMap;
use super::dialect::Choice;
use super::key::KeyRing;
use super::notifier::{Change, Notifier};
use super::registry::{Offer, Registry};
use super::replicas::Replicas;
use super::session::Sessions;
use super::session::revoked::Revoked;
use super::task::{Engine, TaskStore, Tasks};
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::cache::Cache;
use crate::protocol::capability::ServerCapabilities;
use crate::protocol::legacy::Adapt;
use crate::protocol::lifecycle::{DiscoverResult, Implementation, InitializeResult};
use crate::protocol::task;
use crate::protocol::version::Version;
use crate::transport::{Access, Caller, Identified, Limits, OnDisconnect, RequestParts};

/// Everything that was set, frozen.
pub(crate) struct Core {
    pub(crate) info: Implementation,
    pub(crate) settings: Settings,
    pub(crate) registry: Registry,
    pub(crate) state: Arc<StateMap>,
    pub(crate) limits: Limits,
    pub(crate) access: Access,
    pub(crate) sessions: Sessions,
    pub(crate) notifier: Notifier,
    pub(crate) states: Sealer,
    pub(crate) request_states: Option<Kept>,
    pub(crate) tasks: Tasks,
    pub(crate) revoked: Option<Arc<dyn Revoked>>,
    pub(crate) on_disconnect: OnDisconnect,
    /// Whether other processes may serve the same sessions.
    pub(crate) has_replicas: bool,
    pub(crate) last_client: LastClient,
    tail: Tail,
    calls: Arc<AtomicUsize>,
    incidents: AtomicU64,
}

/// What was said of the server as a whole.
pub(crate) struct Settings {
    pub(crate) instructions: Option<String>,
    pub(crate) extensions: Map<String, Value>,
    pub(crate) identify: Option<Identify>,
    /// How long `server/discover` may be kept.
    pub(crate) discover_cache: Cache,
    /// How long a call may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether results say what the server is.
    pub(crate) names_server: bool,
    /// Whether arguments of another type are taken for what they must mean.
    pub(crate) is_lenient: bool,
    /// Whether callers are told what the causes of a failure were.
    pub(crate) tells_causes: bool,
    /// Which schemas its lists show.
    pub(crate) dialect: Choice,
    /// How many tokens the tools may cost.
    pub(crate) token_budget: Option<TokenBudget>,
}

/// How long lists and `server/discover` may be kept, unless it is said.
pub(crate) const LIST_CACHE: Cache = Cache::public(Duration::from_mins(5));

impl Default for Settings {
    fn default() -> Self {
        Self {
            instructions: None,
            extensions: Map::new(),
            identify: None,
            discover_cache: LIST_CACHE,
            timeout: None,
            names_server: true,
            is_lenient: false,
            tells_causes: false,
            dialect: Choice::default(),
            token_budget: None,
        }
    }
}

/// Which kinds of things a caller can expect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kinds {
    pub(crate) tools: bool,
    pub(crate) prompts: bool,
    pub(crate) resources: bool,
}

impl Core {
    pub(crate) fn new(
        info: Implementation,
        settings: Settings,
        registry: Registry,
        state: Arc<StateMap>,
        limits: Limits,
        access: Access,
        (keys, replicas): (&KeyRing, Replicas),
    ) -> Self {
        let home = replicas.home();
        watch(&registry, &state, limits.watches);
        Self {
            tasks: Tasks::new(None, &limits, registry.notifier().clone()),
            tail: Tail::new(settings.names_server.then_some(&info)),
            sessions: Sessions::new(keys, home, &limits),
            states: Sealer::new(keys),
            request_states: replicas.request_states,
            revoked: replicas.revoked,
            on_disconnect: replicas.on_disconnect,
            has_replicas: keys.is_shared(),
            info,
            settings,
            notifier: registry.notifier().clone(),
            registry,
            state,
            last_client: LastClient::new(limits.last_client),
            limits,
            access,
            calls: Arc::default(),
            incidents: AtomicU64::new(1),
        }
    }

    /// The same with another store of tasks.
    pub(crate) fn with_tasks(mut self, store: Arc<dyn TaskStore>) -> Self {
        self.tasks = Tasks::new(Some(store), &self.limits, self.notifier.clone());
        self
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.tail
    }

    /// What a call may ask at most.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { questions: self.limits.questions, answer: self.limits.answer }
    }

    /// A number that names one incident in the log and in the answer.
    pub(crate) fn next_incident(&self) -> u64 {
        self.incidents.fetch_add(1, Ordering::Relaxed)
    }

    /// The place of a call that goes on. Those that just answer take none, which is four locked instructions
    /// less; so there may be more of them than the limit by the threads that have found room at one time.
    pub(crate) fn permit(&self) -> Permit {
        self.calls.fetch_add(1, Ordering::AcqRel);
        Permit(Arc::clone(&self.calls))
    }

    /// Whether there is room for one more call.
    pub(crate) fn check_room(&self) -> Result<()> {
        let others = self.calls.load(Ordering::Acquire);
        if others < self.limits.calls { Ok(()) } else { Err(self.busy()) }
    }

    #[cold]
    fn busy(&self) -> Error {
        let limit = self.limits.calls;
        Error::protocol(
            ErrorCode::BUSY,
            format!("this server has {limit} calls under way already; try again in a moment"),
        )
    }

    /// Who sends a request, or is at the other end of a connection.
    pub(crate) fn identify(&self, parts: &RequestParts<'_>) -> Identified {
        identified(self.settings.identify.as_ref(), parts, self.limits.identify)
    }

    /// Which kinds of things there are in an offer, or may be once.
    pub(crate) fn kinds(&self, offer: &Offer) -> Kinds {
        let registry = &self.registry;
        Kinds {
            tools: !offer.tools().is_empty() || registry.declares(&Change::Tools),
            prompts: !offer.prompts().is_empty() || registry.declares(&Change::Prompts),
            resources: !offer.resources().is_empty() || registry.declares(&Change::Resources),
        }
    }

    /// What is done for tasks, if calls can become tasks or some have.
    pub(crate) fn task_engine(&self, offer: &Offer) -> Option<&'static dyn Engine> {
        offer.task_engine().or_else(|| self.tasks.engine())
    }

    /// What this server offers, in the words of `version`.
    pub(crate) fn capabilities(&self, version: Version, offer: &Offer) -> ServerCapabilities {
        let kinds = self.kinds(offer);
        let has_tasks = self.task_engine(offer).is_some();
        let mut extensions = self.settings.extensions.clone();
        if has_tasks {
            extensions.entry(task::EXTENSION).or_insert_with(|| json!({}));
        }
        let mut capabilities = ServerCapabilities {
            tools: offered(kinds.tools, &["listChanged"]),
            resources: offered(kinds.resources, &["listChanged", "subscribe"]),
            prompts: offered(kinds.prompts, &["listChanged"]),
            logging: offered(true, &[]),
            completions: offered(offer.completes() || self.registry.is_dynamic(), &[]),
            tasks: has_tasks.then(core_tasks),
            extensions: (!extensions.is_empty()).then_some(extensions),
            ..ServerCapabilities::default()
        };
        capabilities.adapt(version);
        capabilities
    }

    pub(crate) fn initialize_result(&self, version: Version, caller: &Caller) -> InitializeResult {
        let mut server_info = self.info.clone();
        server_info.adapt(version);
        InitializeResult {
            protocol_version: version.to_string(),
            capabilities: self.capabilities(version, &self.registry.offer(caller)),
            server_info,
            instructions: self.settings.instructions.clone(),
        }
    }

    pub(crate) fn discover_result(&self, offer: &Offer) -> DiscoverResult {
        DiscoverResult {
            supported_versions: modern_versions(),
            capabilities: self.capabilities(Version::LATEST, offer),
            instructions: self.settings.instructions.clone(),
        }
    }
}

/// Lets subscriptions find what watches their resources. The registry has the notifier, so the notifier
/// must not keep the registry.
fn watch(registry: &Registry, state: &Arc<StateMap>, most: usize) {
    let (weak, state) = (registry.weak(), Arc::clone(state));
    registry.notifier().watches().find_by(most, move |uri| {
        let registry = weak()?;
        registry.everything().resource(uri)?.watch(uri, &state, registry.notifier().clone())
    });
}

/// What 2025-11-25 calls tasks: they can be listed and cancelled, and calls of tools can be tasks.
fn core_tasks() -> Map<String, Value> {
    let requests = json!({"tools": {"call": {}}});
    let members = [("list", json!({})), ("cancel", json!({})), ("requests", requests)];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A kind of thing that a server offers, and what it can do `and` besides.
#[inline(never)]
fn offered(is: bool, and: &[&str]) -> Option<Map<String, Value>> {
    is.then(|| and.iter().map(|what| ((*what).to_owned(), true.into())).collect())
}

/// The revisions that a request may name in its `_meta`.
pub(crate) fn modern_versions() -> Vec<String> {
    let modern = Version::ALL.into_iter().filter(|version| !version.is_legacy());
    modern.map(|version| version.to_string()).collect()
}

/// One call's place among the calls under way.
pub(crate) struct Permit(Arc<AtomicUsize>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
