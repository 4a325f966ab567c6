//! A resource of the server, or a family of them: what a client sees, what it needs, how it is read.

mod contents;
mod described;
mod list;
pub mod template;
mod variable;
mod watch;
mod written;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use contents::{IntoContents, ResourceOutput};
pub use list::{IntoLinks, Lister};
pub use template::{Rank, Template, Value, Variables};
pub(crate) use variable::check_path;
pub use variable::{AlwaysThere, Exploded, Gathered, Prefixed, ReadMany, ReadManyBySerde};
pub use watch::{FromWatched, IntoWatched, Watched, Watcher};
pub(crate) use watch::{Watches, Watching};
pub use written::Written;
pub(crate) use written::uri;

use super::BoxFuture;
use super::complete::Completers;
use super::context::{Context, StateMap};
use super::mount::{Home, Mounted};
use super::notifier::Notifier;
use super::particulars::{Particulars, has_particulars};
use super::registry::PageWithMembers;
use crate::error::{Error, ErrorCode, Result};
use crate::protocol::cache::Cache;
use crate::protocol::content::ResourceLink;
use crate::protocol::resource::{self as wire, ReadResourceResult};

/// What a resource does when it is read.
///
/// Closures of this shape are handlers.
pub trait ResourceHandler: Send + Sync + 'static {
    /// Reads the resource at `uri`; `variables` are those of its template.
    fn read(
        &self,
        cx: &Context,
        uri: &str,
        variables: Variables,
    ) -> BoxFuture<'static, Result<ReadResourceResult>>;
}

impl<F> ResourceHandler for F
where
    F: Fn(&Context, &str, Variables) -> BoxFuture<'static, Result<ReadResourceResult>>
        + Send
        + Sync
        + 'static,
{
    fn read(
        &self,
        cx: &Context,
        uri: &str,
        variables: Variables,
    ) -> BoxFuture<'static, Result<ReadResourceResult>> {
        self(cx, uri, variables)
    }
}

/// A resource of the server, or a family of them that a URI template spells. `#[resource]` makes one of
/// a function; this is the same by hand.
///
/// ```
/// use disco_sdk::protocol::resource::ReadResourceResult;
/// use disco_sdk::server::resource::{Resource, Variables};
/// use disco_sdk::{BoxFuture, Context, ResourceContents, Result};
///
/// let read = |_: &Context, uri: &str, variables: Variables| -> BoxFuture<'static, Result<ReadResourceResult>> {
///     let note = ResourceContents::text(uri, format!("note {:?}", variables.text("id")));
///     Box::pin(async { Ok(ReadResourceResult { contents: vec![note], ..Default::default() }) })
/// };
/// let note = Resource::new("note://{id}", "note", read)?;
/// assert!(note.matches("note://7"));
/// # disco_sdk::Result::<()>::Ok(())
/// ```
#[derive(Clone)]
pub struct Resource {
    listed: Listed,
    particulars: Particulars,
    cache: Cache,
    completers: Completers,
    /// What names its members, and what writes the list with these.
    lister: Option<(list::List, PageWithMembers)>,
    watcher: Option<watch::Watch>,
    handler: Arc<dyn ResourceHandler>,
}

#[derive(Clone)]
enum Listed {
    One(wire::Resource),
    Family(wire::ResourceTemplate, Template),
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("uri", &self.spelling())
            .field("origin", &self.particulars.origin)
            .finish_non_exhaustive()
    }
}

has_particulars!(Resource);

impl Resource {
    /// The resource at `uri`, or the family of a template such as `note://{id}`.
    ///
    /// # Errors
    /// When `uri` is no URI and no template.
    pub fn new(
        uri: impl Into<String>,
        name: impl Into<String>,
        handler: impl ResourceHandler,
    ) -> Result<Self> {
        Self::of(uri.into(), name.into(), Arc::new(handler), Particulars::by_hand())
    }

    /// A resource of this handler, of which this is known.
    fn of(
        uri: String,
        name: String,
        handler: Arc<dyn ResourceHandler>,
        particulars: Particulars,
    ) -> Result<Self> {
        let template = Template::parse(&uri)?;
        if !template.has_scheme() {
            return Err(Error::new(format!("`{uri}` is not a URI template: no scheme")));
        }
        let listed = if template.has_variables() {
            let info =
                wire::ResourceTemplate { uri_template: uri, name, ..wire::ResourceTemplate::default() };
            Listed::Family(info, template)
        } else {
            Listed::One(wire::Resource { uri, name, ..wire::Resource::default() })
        };
        Ok(Self {
            listed,
            particulars,
            cache: Cache::NONE,
            completers: Completers::default(),
            lister: None,
            watcher: None,
            handler,
        })
    }

    /// The same, as a server mounts it: under another URI, at home in its own server.
    pub(crate) fn mounted(mut self, uri: String, home: &Arc<Home>) -> Result<Self> {
        let template = Template::parse(&uri)?;
        match &mut self.listed {
            Listed::One(info) => info.uri = uri,
            Listed::Family(info, known) => (info.uri_template, *known) = (uri, template),
        }
        self.completers.move_in(home);
        self.lister = self.lister.map(|(lister, page)| (list::mounted(lister, home), page));
        self.watcher = self.watcher.map(|watcher| watch::mounted(watcher, home));
        self.handler = Arc::new(Mounted::new(self.handler, home, !self.particulars.has_border));
        Ok(self)
    }

    /// Its URI; `None` for a family.
    #[must_use]
    pub fn uri(&self) -> Option<&str> {
        self.listed().map(|info| info.uri.as_str())
    }

    /// Its URI or template, as it was written.
    #[must_use]
    pub fn spelling(&self) -> &str {
        match &self.listed {
            Listed::One(info) => &info.uri,
            Listed::Family(info, _) => &info.uri_template,
        }
    }

    /// What the list of resources shows of it; `None` for a family.
    #[must_use]
    pub fn listed(&self) -> Option<&wire::Resource> {
        match &self.listed {
            Listed::One(info) => Some(info),
            Listed::Family(..) => None,
        }
    }

    /// What the list of templates shows of it; `None` unless it is a family.
    #[must_use]
    pub fn listed_template(&self) -> Option<&wire::ResourceTemplate> {
        match &self.listed {
            Listed::One(_) => None,
            Listed::Family(info, _) => Some(info),
        }
    }

    /// What it is.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        match &self.listed {
            Listed::One(info) => info.description.as_deref(),
            Listed::Family(info, _) => info.description.as_deref(),
        }
    }

    /// How long what is read may be kept, and for whom: for nobody else if not everybody may read it.
    #[must_use]
    pub fn cache(&self) -> Cache {
        self.cache.private_if(!self.audiences().is_empty())
    }

    /// Whether some variable of it can be completed.
    #[must_use]
    pub fn completes(&self) -> bool {
        !self.completers.is_empty()
    }

    /// Whether `uri` is its URI, or one of the family.
    #[must_use]
    pub fn matches(&self, uri: &str) -> bool {
        self.variables(uri).is_some()
    }

    /// How much it says of its URIs: of two that fit, the greater is meant.
    #[must_use]
    pub fn rank(&self) -> Rank {
        match &self.listed {
            Listed::One(_) => Rank::FIXED,
            Listed::Family(_, template) => template.rank(),
        }
    }

    /// A URI that fits both and that neither is more meant by than the other; `None` if there is none.
    #[must_use]
    pub fn ambiguity(&self, other: &Self) -> Option<String> {
        match (&self.listed, &other.listed) {
            (Listed::One(one), Listed::One(two)) => (one.uri == two.uri).then(|| one.uri.clone()),
            (Listed::Family(_, one), Listed::Family(_, two)) => one.ambiguity(two),
            _ => None,
        }
    }

    fn variables(&self, uri: &str) -> Option<Variables> {
        match &self.listed {
            Listed::One(info) => (info.uri == uri).then(Variables::default),
            Listed::Family(_, template) => template.match_uri(uri),
        }
    }

    /// Reads it.
    #[must_use]
    pub fn read(&self, cx: &Context, uri: &str) -> BoxFuture<'static, Result<ReadResourceResult>> {
        match self.variables(uri) {
            #[cfg(feature = "layers")]
            Some(variables) if !self.particulars.layers.is_empty() => {
                self.particulars.layers.read(cx, self.spelling(), (uri, variables), &self.handler)
            }
            Some(variables) => self.handler.read(cx, uri, variables),
            None => Box::pin(std::future::ready(Err(Error::resource_not_found(uri)))),
        }
    }

    /// How the variable `name` could go on; `None` if nobody knows.
    #[must_use]
    pub fn complete(
        &self,
        cx: &Context,
        name: &str,
        text: &str,
        others: HashMap<String, String>,
    ) -> Option<BoxFuture<'static, Result<Vec<String>>>> {
        self.completers.complete(cx, name, text, others)
    }

    /// Whether it names the members of its family.
    #[must_use]
    pub fn has_list(&self) -> bool {
        self.lister.is_some() && self.listed().is_none()
    }

    /// What writes the list with the members of the family, if it names them.
    pub(crate) fn page_with_members(&self) -> Option<PageWithMembers> {
        self.lister.as_ref().filter(|_| self.has_list()).map(|(_, page)| *page)
    }

    /// The members of the family that there are now, as `resources/list` shows them; `None` if nobody
    /// names them. What a link does not say itself is what is said of the family.
    ///
    /// # Errors
    /// What the lister has failed with, or that it names a URI that is none of the family.
    pub(crate) async fn list(&self, cx: &Context) -> Result<Vec<wire::Resource>> {
        let (Some((lister, _)), Listed::Family(info, template)) = (&self.lister, &self.listed) else {
            return Ok(Vec::new());
        };
        let mut members = Vec::new();
        for link in lister(cx).await? {
            members.push(member(info, template, link)?);
        }
        Ok(members)
    }

    /// Whether anything runs while somebody is subscribed.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.watcher.is_some()
    }

    /// What runs while somebody is subscribed to `uri`.
    pub(crate) fn watch(
        &self,
        uri: &str,
        state: &Arc<StateMap>,
        notifier: Notifier,
    ) -> Option<BoxFuture<'static, ()>> {
        let (watcher, variables) = (self.watcher.as_ref()?, self.variables(uri)?);
        Some(watcher(Watched::new(uri, variables, Arc::clone(state), notifier)))
    }
}

/// A member of a family, as a list shows it.
fn member(
    family: &wire::ResourceTemplate,
    template: &Template,
    link: ResourceLink,
) -> Result<wire::Resource> {
    if template.match_uri(&link.uri).is_none() {
        let words = format!(
            "the list of `{}` names `{}`, which is none of its URIs: use its `uri(..)`",
            family.uri_template, link.uri
        );
        return Err(Error::protocol(ErrorCode::INTERNAL_ERROR, words));
    }
    let mut member = wire::Resource::from(link);
    member.mime_type = member.mime_type.or_else(|| family.mime_type.clone());
    member.annotations = member.annotations.or_else(|| family.annotations.clone());
    member.icons = member.icons.or_else(|| family.icons.clone());
    Ok(member)
}
