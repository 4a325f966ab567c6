//! A resource of the server, or a family of them: what a client sees, what it needs, how it is read.

mod contents;
pub mod template;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

pub use contents::{IntoContents, ResourceOutput};
pub use template::{Template, Variables};

use super::BoxFuture;
use super::complete::{Choices, Completer, Completers};
use super::context::Context;
use super::mount::{Home, Mounted};
use super::particulars::{Particulars, has_particulars};
use super::text::{TextInputs, Texts};
use crate::error::{Error, Result};
use crate::protocol::cache::Cache;
use crate::protocol::content::Annotations;
use crate::protocol::icon::Icon;
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
///     let note = ResourceContents::text(uri, format!("note {}", variables["id"]));
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

/// Sets a member of whichever of the two it is.
macro_rules! set {
    ($resource:ident.$member:ident = $value:expr) => {
        match &mut $resource.listed {
            Listed::One(info) => info.$member = $value,
            Listed::Family(info, _) => info.$member = $value,
        }
    };
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
        let (uri, name) = (uri.into(), name.into());
        let template = Template::parse(&uri)?;
        let listed = if template.has_variables() {
            let info =
                wire::ResourceTemplate { uri_template: uri, name, ..wire::ResourceTemplate::default() };
            Listed::Family(info, template)
        } else {
            Listed::One(wire::Resource { uri, name, ..wire::Resource::default() })
        };
        Ok(Self {
            listed,
            particulars: Particulars::default(),
            cache: Cache::NONE,
            completers: Completers::default(),
            handler: Arc::new(handler),
        })
    }

    /// Its name for people.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        set!(self.title = Some(title.into()));
        self
    }

    /// What it is.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        set!(self.description = Some(description.into()));
        self
    }

    /// Its media type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        set!(self.mime_type = Some(mime_type.into()));
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn with_contents_type(mut self, mime_type: Option<&'static str>) -> Self {
        set!(self.mime_type = mime_type.map(str::to_owned));
        self
    }

    /// Hints for the client.
    #[must_use]
    pub fn with_annotations(mut self, annotations: Annotations) -> Self {
        set!(self.annotations = Some(annotations));
        self
    }

    /// Its size in bytes, for the list. A family has none.
    #[must_use]
    pub fn with_size(mut self, size: u64) -> Self {
        if let Listed::One(info) = &mut self.listed {
            info.size = Some(size);
        }
        self
    }

    /// How long what is read may be kept, and for whom, unless a reading says it itself
    /// ([`ReadResourceResult::with_cache`]). It is not to be kept at all otherwise.
    #[must_use]
    pub fn with_cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        self
    }

    /// A fact of yours beside it (`_meta`): clients that know the key read it.
    #[must_use]
    pub fn with_meta(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let meta = match &mut self.listed {
            Listed::One(info) => &mut info.meta,
            Listed::Family(info, _) => &mut info.meta,
        };
        meta.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    /// A picture to show beside its name.
    #[must_use]
    pub fn with_icon(mut self, icon: impl Into<Icon>) -> Self {
        let icons = match &mut self.listed {
            Listed::One(info) => &mut info.icons,
            Listed::Family(info, _) => &mut info.icons,
        };
        icons.get_or_insert_default().push(icon.into());
        self
    }

    /// What completes the variable `name`.
    #[must_use]
    pub fn with_completer<Via>(mut self, name: impl Into<String>, completer: impl Completer<Via>) -> Self {
        self.completers.push(name, completer);
        self
    }

    /// The same, as a server mounts it: under another URI, at home in its own server.
    pub(crate) fn mounted(mut self, uri: String, home: &Arc<Home>) -> Result<Self> {
        let template = Template::parse(&uri)?;
        match &mut self.listed {
            Listed::One(info) => info.uri = uri,
            Listed::Family(info, known) => (info.uri_template, *known) = (uri, template),
        }
        self.completers.move_in(home);
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

    /// Its spelling with all variables called the same: two of one shape fit the same URIs.
    #[must_use]
    pub fn shape(&self) -> String {
        match &self.listed {
            Listed::One(info) => info.uri.clone(),
            Listed::Family(_, template) => template.shape(),
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

    /// How much of a URI it spells out: of two templates that fit, the one that spells more is meant.
    #[must_use]
    pub fn specificity(&self) -> usize {
        match &self.listed {
            Listed::One(_) => usize::MAX,
            Listed::Family(_, template) => template.specificity(),
        }
    }

    fn variables(&self, uri: &str) -> Option<Variables> {
        match &self.listed {
            Listed::One(info) => (info.uri == uri).then(Variables::new),
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
}

impl<const N: usize> TextInputs<N> {
    /// A resource that takes them. `read` gets the variables in their slots.
    ///
    /// # Panics
    /// When `uri` is no URI and no template. The macro has looked before.
    pub fn resource<F>(self, uri: &'static str, name: &'static str, read: F) -> Resource
    where
        F: for<'a> Fn(Texts<'a, N>) -> BoxFuture<'static, Result<ReadResourceResult>> + Send + Sync + 'static,
    {
        let Self { names, arguments, needs, faults } = self;
        let handler = move |cx: &Context, uri: &str, variables: Variables| {
            read(Texts::of_uri(cx, uri, variables, &names))
        };
        let resource = Resource::new(uri, name, handler)
            .expect("the macro refuses what is no URI template")
            .with_needs(needs)
            .with_faults(faults);
        let listed = arguments.into_iter().filter(|argument| !argument.choices.is_empty());
        listed.fold(resource, |resource, argument| {
            resource.with_completer(argument.name, Choices(argument.choices))
        })
    }
}
