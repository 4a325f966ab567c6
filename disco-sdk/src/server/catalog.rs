//! What a server is going to offer, before it is frozen.

use std::sync::Arc;

use super::particulars::Particulars;
use super::prompt::Prompt;
use super::resource::Resource;
use super::tool::Tool;

/// Everything that was given to a server.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Catalog {
    /// Its tools.
    pub tools: Vec<Tool>,
    /// Its resources and templates.
    pub resources: Vec<Resource>,
    /// Its prompts.
    pub prompts: Vec<Prompt>,
    /// What was wrong with what was said of them; `build()` tells.
    pub(crate) faults: Vec<String>,
}

impl Catalog {
    /// What the server knows of each of them.
    pub(crate) fn particulars_mut(&mut self) -> impl Iterator<Item = &mut Particulars> {
        let tools = self.tools.iter_mut().map(Tool::particulars_mut);
        let resources = self.resources.iter_mut().map(Resource::particulars_mut);
        tools.chain(resources).chain(self.prompts.iter_mut().map(Prompt::particulars_mut))
    }

    /// Takes all of another in.
    #[cfg(feature = "layers")]
    pub(crate) fn append(&mut self, mut other: Self) {
        self.tools.append(&mut other.tools);
        self.resources.append(&mut other.resources);
        self.prompts.append(&mut other.prompts);
        self.faults.append(&mut other.faults);
    }
}

/// Where a tool, a resource or a prompt is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The path of the module, the crate first; empty if it was made by hand.
    pub module: &'static str,
    /// The line of its attribute.
    pub line: u32,
}

impl Origin {
    /// The crate it is written in.
    ///
    /// ```
    /// use disco_sdk::server::catalog::Origin;
    /// let origin = Origin { module: "app::tools", line: 1 };
    /// assert_eq!(origin.crate_name(), "app");
    /// ```
    #[must_use]
    pub fn crate_name(&self) -> &'static str {
        match self.module.split_once("::") {
            Some((crate_name, _)) => crate_name,
            None => self.module,
        }
    }
}

/// Something that a server can offer: `server.with(it)`.
///
/// A tool, a resource or a prompt, a list of them (`tools![..]`), a selection of the registry
/// ([`registered!()`](crate::registered)), a value whose `impl` has `#[handlers]`, or an `Arc` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` offers nothing to a server",
    label = "neither a list of handlers nor a value with `#[handlers]`",
    note = "list functions with `tools![..]`, or put `#[handlers]` on an `impl` block of `{Self}`"
)]
pub trait Provide {
    /// Adds it to the catalog.
    fn provide(self, catalog: &mut Catalog);
}

/// A value whose methods are tools, resources and prompts. `#[handlers]` implements it.
pub trait Handlers: Send + Sync + 'static {
    /// Adds the methods of this value to the catalog.
    fn handlers(self: Arc<Self>, catalog: &mut Catalog);
}

#[diagnostic::do_not_recommend]
impl<T: Handlers> Provide for T {
    fn provide(self, catalog: &mut Catalog) {
        Arc::new(self).handlers(catalog);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Handlers> Provide for Arc<T> {
    fn provide(self, catalog: &mut Catalog) {
        self.handlers(catalog);
    }
}

#[diagnostic::do_not_recommend]
impl<P: Provide> Provide for Vec<P> {
    fn provide(self, catalog: &mut Catalog) {
        for one in self {
            one.provide(catalog);
        }
    }
}

#[diagnostic::do_not_recommend]
impl Provide for Tool {
    fn provide(self, catalog: &mut Catalog) {
        catalog.tools.push(self);
    }
}

#[diagnostic::do_not_recommend]
impl Provide for Resource {
    fn provide(self, catalog: &mut Catalog) {
        catalog.resources.push(self);
    }
}

#[diagnostic::do_not_recommend]
impl Provide for Prompt {
    fn provide(self, catalog: &mut Catalog) {
        catalog.prompts.push(self);
    }
}
