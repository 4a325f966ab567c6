//! What a server is made of, set by name; `build()` checks it and freezes it.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::catalog::{Catalog, Origin, Provide};
use super::context::StateMap;
use super::core::Core;
use super::mirror::Mirrors;
use super::registered;
use super::registry::Registry;
use super::resource::Resource;
use super::service::Service;
use super::session::random_key;
use crate::error::{Error, Result};
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
/// #[tokio::main]
/// async fn main() -> Result<()> {
///     Server::new("demo", env!("CARGO_PKG_VERSION")).with(tools![add]).run().await
/// }
/// ```
#[derive(Default)]
#[must_use = "a server does nothing until it is run or served"]
pub struct Server {
    info: Implementation,
    instructions: Option<String>,
    catalog: Catalog,
    state: StateMap,
    limits: Limits,
    access: Access,
    session_key: Option<[u8; 32]>,
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
            ..Self::default()
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
    pub fn icon(mut self, icon: Icon) -> Self {
        self.info.icons.get_or_insert_default().push(icon);
        self
    }

    /// How to use it, for the model. Clients may read only the first 512 characters.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
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

    /// The key that seals old-era sessions and calls that wait for answers: give every replica the same
    /// one, and both outlive restarts. Without it a process makes its own.
    pub fn session_key(mut self, key: [u8; 32]) -> Self {
        self.session_key = Some(key);
        self
    }

    /// Checks everything and freezes it.
    ///
    /// # Errors
    /// Names every doubled name, every template that fits the same URIs as another, and every state
    /// that a handler needs and nobody gave.
    pub fn build(self) -> Result<Service> {
        let faults = faults(&self.catalog, &self.state);
        if !faults.is_empty() {
            return Err(Error::new(format!("the server cannot be built:\n{}", faults.join("\n"))));
        }
        let key = match self.session_key {
            Some(key) => key,
            None => random_key()?,
        };
        let registry = Registry::new(self.catalog, self.limits.page);
        Ok(Service(Arc::new(Core::new(
            self.info,
            self.instructions,
            registry,
            self.state,
            self.limits,
            self.access,
            key,
        ))))
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
    /// calls one tool. `--help` tells all.
    ///
    /// # Errors
    /// A wrong command line, those of [`Server::build`], and whatever the transport says.
    pub async fn run(self) -> Result<()> {
        super::run::run(self.build()?, std::env::args_os()).await
    }
}

fn faults(catalog: &Catalog, state: &StateMap) -> Vec<String> {
    let mut faults = Vec::new();
    let tools = catalog.tools.iter().map(|tool| (tool.info().name.as_str(), tool.origin()));
    let prompts = catalog.prompts.iter().map(|prompt| (prompt.info().name.as_str(), prompt.origin()));
    let shapes: Vec<String> = catalog.resources.iter().map(Resource::shape).collect();
    let resources = shapes.iter().map(String::as_str).zip(catalog.resources.iter().map(Resource::origin));
    doubled("tools are named", tools, &mut faults);
    doubled("prompts are named", prompts, &mut faults);
    doubled("resources fit the URIs of", resources, &mut faults);
    for tool in &catalog.tools {
        let (_, wrong) = Mirrors::of(&tool.info().input_schema);
        faults.extend(
            wrong.iter().chain(tool.faults()).map(|fault| format!("tool `{}`: {fault}", tool.info().name)),
        );
    }
    let needs = catalog
        .tools
        .iter()
        .map(|tool| ("tool", tool.info().name.as_str(), tool.needs()))
        .chain(catalog.resources.iter().map(|resource| ("resource", resource.spelling(), resource.needs())))
        .chain(catalog.prompts.iter().map(|prompt| ("prompt", prompt.info().name.as_str(), prompt.needs())));
    for (kind, name, needs) in needs {
        for need in needs.iter().filter(|need| !state.contains_key(&need.type_id)) {
            faults.push(format!(
                "{kind} `{name}` needs State<{}>: add `.state(..)` with such a value",
                need.type_name
            ));
        }
    }
    faults
}

fn doubled<'a>(what: &str, names: impl Iterator<Item = (&'a str, &'a Origin)>, faults: &mut Vec<String>) {
    let mut places: HashMap<&str, Vec<&Origin>> = HashMap::new();
    let mut order = Vec::new();
    for (name, origin) in names {
        let list = places.entry(name).or_default();
        if list.is_empty() {
            order.push(name);
        }
        list.push(origin);
    }
    for name in order {
        let origins = &places[name];
        if origins.len() > 1 {
            let mut fault = format!("{} {what} `{name}`:", origins.len());
            for origin in origins {
                let _ = write!(fault, " {}", origin.module);
            }
            faults.push(fault);
        }
    }
}
