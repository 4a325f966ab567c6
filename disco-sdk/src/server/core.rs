//! The frozen server that every transport shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::answer::Tail;
use super::ask::Bounds;
use super::ask::state::Sealer;
use super::context::StateMap;
use super::notifier::Notifier;
use super::registry::Registry;
use super::session::Sessions;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::capability::ServerCapabilities;
use crate::protocol::legacy::Adapt;
use crate::protocol::lifecycle::{DiscoverResult, Implementation, InitializeResult};
use crate::protocol::version::Version;
use crate::transport::{Access, Limits};

/// Everything that was set, frozen.
pub(crate) struct Core {
    pub(crate) info: Implementation,
    pub(crate) instructions: Option<String>,
    pub(crate) registry: Registry,
    pub(crate) state: Arc<StateMap>,
    pub(crate) limits: Limits,
    pub(crate) access: Access,
    pub(crate) sessions: Sessions,
    pub(crate) notifier: Notifier,
    pub(crate) states: Sealer,
    tail: Tail,
    calls: Arc<AtomicUsize>,
    incidents: AtomicU64,
}

impl Core {
    pub(crate) fn new(
        info: Implementation,
        instructions: Option<String>,
        registry: Registry,
        state: StateMap,
        limits: Limits,
        access: Access,
        key: [u8; 32],
    ) -> Self {
        Self {
            tail: Tail::new(&info),
            sessions: Sessions::new(key, limits.session),
            states: Sealer::new(&[key]),
            info,
            instructions,
            registry,
            state: Arc::new(state),
            limits,
            access,
            notifier: Notifier::default(),
            calls: Arc::default(),
            incidents: AtomicU64::new(1),
        }
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

    /// Room for one more call.
    pub(crate) fn permit(&self) -> Result<Permit> {
        let limit = self.limits.calls;
        let permit = Permit(Arc::clone(&self.calls));
        if permit.0.fetch_add(1, Ordering::AcqRel) < limit {
            return Ok(permit);
        }
        Err(Error::protocol(
            ErrorCode::BUSY,
            format!("this server has {limit} calls under way already; try again in a moment"),
        ))
    }

    /// What this server offers, in the words of `version`.
    pub(crate) fn capabilities(&self, version: Version) -> ServerCapabilities {
        let can = |what: &&str| ((*what).to_owned(), true.into());
        let offered = |is: bool, and: &[&str]| is.then(|| and.iter().map(can).collect());
        let registry = &self.registry;
        let mut capabilities = ServerCapabilities {
            tools: offered(!registry.tools().is_empty(), &["listChanged"]),
            resources: offered(!registry.resources().is_empty(), &["listChanged", "subscribe"]),
            prompts: offered(!registry.prompts().is_empty(), &["listChanged"]),
            logging: offered(true, &[]),
            completions: offered(registry.completes(), &[]),
            ..ServerCapabilities::default()
        };
        capabilities.adapt(version);
        capabilities
    }

    pub(crate) fn initialize_result(&self, version: Version) -> InitializeResult {
        let mut server_info = self.info.clone();
        server_info.adapt(version);
        InitializeResult {
            protocol_version: version.to_string(),
            capabilities: self.capabilities(version),
            server_info,
            instructions: self.instructions.clone(),
        }
    }

    pub(crate) fn discover_result(&self) -> DiscoverResult {
        DiscoverResult {
            supported_versions: modern_versions(),
            capabilities: self.capabilities(Version::LATEST),
            instructions: self.instructions.clone(),
        }
    }
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
