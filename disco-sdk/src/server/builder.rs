//! What a server is made of, set by name; `build()` checks it and freezes it.

use std::any::TypeId;
use std::sync::Arc;

use super::catalog::{Catalog, Provide};
use super::context::StateMap;
use super::core::{self, Core};
use super::key::KeyRing;
#[cfg(feature = "layers")]
use super::layer::Chain;
use super::mount::Mounts;
use super::notifier::Notifier;
use super::registered;
use super::registry::{self, Audiences, Cursors, Lists, Registry};
use super::replicas::Replicas;
use super::service::Service;
use super::task::TaskStore;
use super::toolset::Toolsets;
use crate::error::Result;
use crate::protocol::cache::Cache;
use crate::protocol::icon::Icon;
use crate::protocol::lifecycle::Implementation;
#[cfg(feature = "stdio")]
use crate::transport::Stop;
use crate::transport::{Access, Limits};

/// A server, while it is being put together.
///
/// ```no_run
/// use disco_sdk::prelude::*;
///
/// /// Adds two numbers.
/// #[tool(read_only)]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> Result<()> {
///     Server::new("demo", env!("CARGO_PKG_VERSION")).with(tools![add]).run().await
/// }
/// ```
#[must_use = "a server does nothing until it is run or served"]
pub struct Server {
    info: Implementation,
    pub(super) settings: core::Settings,
    pub(super) audiences: Option<Audiences>,
    pub(super) list_caches: [Cache; 4],
    pub(super) is_dynamic: bool,
    pub(super) catalog: Catalog,
    pub(super) state: StateMap,
    pub(super) mounted: Mounts,
    pub(super) toolsets: Toolsets,
    limits: Limits,
    access: Access,
    pub(super) replicas: Replicas,
    tasks: Option<Arc<dyn TaskStore>>,
    #[cfg(feature = "layers")]
    pub(super) layers: Chain,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Server {
    /// A server of this name and version, which offers nothing yet.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            info: Implementation { name: name.into(), version: version.into(), ..Implementation::default() },
            settings: core::Settings::default(),
            audiences: None,
            list_caches: [core::LIST_CACHE; 4],
            is_dynamic: false,
            catalog: Catalog::default(),
            state: StateMap::default(),
            mounted: Mounts::default(),
            toolsets: Toolsets::default(),
            limits: Limits::default(),
            access: Access::default(),
            replicas: Replicas::default(),
            tasks: None,
            #[cfg(feature = "layers")]
            layers: Chain::default(),
        }
    }

    /// Its name for people.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.info.title = Some(title.into());
        self
    }

    /// What it is, in a sentence.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.info.description = Some(description.into());
        self
    }

    /// Where to read about it.
    pub fn website_url(mut self, url: impl Into<String>) -> Self {
        self.info.website_url = Some(url.into());
        self
    }

    /// A picture to show beside its name.
    pub fn icon(mut self, icon: impl Into<Icon>) -> Self {
        self.info.icons.get_or_insert_default().push(icon.into());
        self
    }

    /// How to use it, for the model. Clients may read only the first 512 characters.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.settings.instructions = Some(instructions.into());
        self
    }

    /// A value that handlers take as [`State<T>`](crate::State). One of each type; a later one
    /// replaces an earlier one.
    pub fn state<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.shared_state(Arc::new(value))
    }

    /// The same for a value that something else holds too.
    pub fn shared_state<T: Send + Sync + 'static>(mut self, value: Arc<T>) -> Self {
        self.state.insert(TypeId::of::<T>(), value);
        self
    }

    /// Offers what `provider` provides: `tools![..]`, `registered!()`, a value whose `impl` has
    /// `#[handlers]`, or a single tool, resource or prompt.
    pub fn with(mut self, provider: impl Provide) -> Self {
        provider.provide(&mut self.catalog);
        self
    }

    /// Offers every free function of the program that carries `#[tool]`, `#[resource]` or `#[prompt]`,
    /// in all crates that are linked. A crate that nothing names in code is not linked.
    pub fn registered(self) -> Self {
        self.with(registered::everything())
    }

    /// The bounds it keeps.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Lets HTTP requests name this `Host` (without the port), besides the loopback ones.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.access.hosts.push(host.into());
        self
    }

    /// Lets HTTP requests come from pages of this `Origin`, besides the loopback ones.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.access.origins.push(origin.into());
        self
    }

    #[cfg(all(test, feature = "http"))]
    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// Where tasks are kept; without it, in memory, by
    /// [`MemoryTasks`](crate::server::task::MemoryTasks).
    pub fn tasks(mut self, store: impl TaskStore) -> Self {
        self.tasks = Some(Arc::new(store));
        self
    }

    /// Checks everything and freezes it.
    ///
    /// # Errors
    /// Names every doubled name, every template that fits the same URIs as another, and every state
    /// that a handler needs and nobody gave, every tool that needs a store where there is none, and a
    /// [token budget](Server::token_budget) that is exceeded.
    pub fn build(mut self) -> Result<Service> {
        self.settings.check_extensions()?;
        self.toolsets.choose(&mut self.catalog);
        self.settings.instructions = self.mounted.instructions(self.settings.instructions.take());
        let mut replicas = self.replicas;
        let keys = KeyRing::new(std::mem::take(&mut replicas.keys))?;
        let state = Arc::new(self.state);
        let mut list_caches = self.list_caches;
        let tools = &mut list_caches[registry::List::Tools as usize];
        *tools = tools.private_if(self.settings.dialect.depends_on_caller());
        let lists = Lists {
            page: self.limits.page,
            caches: list_caches,
            cursors: Cursors::new(&keys),
            spoken: self.settings.dialect.spoken(),
        };
        let settings = registry::Settings {
            state: Arc::clone(&state),
            knows_audiences: self.audiences.is_some(),
            audiences: self.mounted.audiences(self.audiences),
            notifier: Notifier::default(),
            lists: Arc::new(lists),
            kept: self.limits.audiences,
            is_dynamic: self.is_dynamic,
            keeps_states: replicas.request_states.is_some(),
            #[cfg(feature = "layers")]
            layers: self.layers,
        };
        let registry = Registry::new(self.catalog, settings)?;
        if let Some(budget) = self.settings.token_budget {
            budget.check(self.settings.dialect.usual(), &registry.everything())?;
        }
        let shared = (&keys, replicas);
        let core = Core::new(self.info, self.settings, registry, state, self.limits, self.access, shared);
        Ok(Service(Arc::new(match self.tasks {
            Some(store) => core.with_tasks(store),
            None => core,
        })))
    }
}

/// What a [`Service`] can do, in one step.
impl Server {
    /// Serves one client on standard input and output, until that ends.
    ///
    /// # Errors
    /// Those of [`Server::build`], and whatever the streams say.
    #[cfg(feature = "stdio")]
    pub async fn serve_stdio(self) -> Result<()> {
        self.build()?.serve_stdio(&Stop::default()).await
    }

    /// An axum router that serves HTTP.
    ///
    /// # Errors
    /// Those of [`Server::build`].
    #[cfg(feature = "http")]
    pub fn into_router(self) -> Result<axum::Router> {
        Ok(self.build()?.into_router())
    }

    /// Does what the command line says: serves stdio by default, HTTP with `--http`, or lists, or
    /// calls one tool. `--help` tells all, also which settings it takes from the environment.
    ///
    /// # Errors
    /// A wrong command line, those of [`Server::build`], and whatever the transport says.
    pub async fn run(self) -> Result<()> {
        super::run::run(self, std::env::args_os()).await
    }
}
