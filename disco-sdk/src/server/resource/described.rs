//! What clients are told of a resource, and what it does besides being read.

use serde_json::Value;

use super::list::Lister;
use super::watch::Watcher;
use super::{Listed, Resource};
use crate::protocol::cache::Cache;
use crate::protocol::content::Annotations;
use crate::protocol::icon::Icon;
use crate::server::complete::Completer;
use crate::server::registry::page_with_members;

/// Sets a member of whichever of the two it is.
macro_rules! set {
    ($resource:ident.$member:ident = $value:expr) => {
        match &mut $resource.listed {
            Listed::One(info) => info.$member = $value,
            Listed::Family(info, _) => info.$member = $value,
        }
    };
}

impl Resource {
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
    /// ([`ReadResourceResult::with_cache`](crate::protocol::resource::ReadResourceResult::with_cache)). It is not to be kept at all otherwise.
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

    /// What names the members of the family that there are now; `resources/list` shows them. One
    /// resource, which is listed by itself, has no use for it.
    #[must_use]
    pub fn with_list<Via>(mut self, lister: impl Lister<Via>) -> Self {
        self.particulars.needs.extend(lister.needs());
        self.lister = Some((super::list::erased(lister), page_with_members));
        self
    }

    /// What runs while anybody is subscribed to its URI, or to one of the family.
    #[must_use]
    pub fn with_watch<Via>(mut self, watcher: impl Watcher<Via>) -> Self {
        self.particulars.needs.extend(watcher.needs());
        self.watcher = Some(super::watch::erased(watcher));
        self
    }
}
