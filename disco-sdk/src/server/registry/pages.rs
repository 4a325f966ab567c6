//! Lists as the bytes of their pages: written once for each revision, and handed out from then on.
//!
//! A page begins behind the entry that its cursor names, so a client that reads on while the list
//! changes neither misses an entry that stays nor gets one twice.

use std::sync::Arc;
use std::sync::OnceLock;

use super::cursor::Cursors;
use crate::error::{Error, Result};
use crate::protocol::cache::{Cache, CacheScope};
use crate::protocol::jsonrpc::write_json;
use crate::protocol::legacy::Adapt;
use crate::protocol::prompt::Prompt;
use crate::protocol::resource::{Resource, ResourceTemplate};
use crate::protocol::tool::Tool;
use crate::protocol::version::{Feature, Version};
use crate::schema::Spoken;

/// The lists that a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Tools,
    Resources,
    Templates,
    Prompts,
}

impl List {
    /// The member of the result that holds the entries.
    pub(super) fn member(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
            Self::Prompts => "prompts",
        }
    }
}

/// An entry of a list, whichever list that is: the code of the pages is there once.
pub(super) trait Entry {
    /// What cursors call it by.
    fn key(&self) -> &str;
    /// Writes it in the words of a revision.
    fn write(&self, version: Version, out: &mut Vec<u8>);
}

macro_rules! entries {
    ($($entry:ty: $key:ident;)+) => {$(
        impl Entry for $entry {
            fn key(&self) -> &str {
                &self.$key
            }

            fn write(&self, version: Version, out: &mut Vec<u8>) {
                let mut entry = self.clone();
                entry.adapt(version);
                write_json(out, &entry);
            }
        }
    )+};
}

entries! {
    Tool: name;
    Resource: uri;
    ResourceTemplate: uri_template;
    Prompt: name;
}

/// What was set for all lists.
pub(crate) struct Lists {
    /// How many entries a page has.
    pub(crate) page: usize,
    /// How long each list may be kept.
    pub(crate) caches: [Cache; 4],
    pub(crate) cursors: Cursors,
    /// The dialects in which tools are shown.
    pub(crate) spoken: Spoken,
}

/// A page, once somebody has read it.
type Page = OnceLock<Vec<u8>>;

/// The pages of one audience's lists.
pub(super) struct Pages {
    lists: Arc<Lists>,
    caches: [Cache; 4],
    /// By revision and list; only those that begin where a page begins when one reads from the start.
    written: [[OnceLock<Vec<Page>>; 4]; Version::ALL.len()],
}

impl Pages {
    pub(super) fn new(private: [bool; 4], lists: Arc<Lists>) -> Self {
        let mut caches = lists.caches;
        for (cache, private) in caches.iter_mut().zip(private) {
            *cache = cache.private_if(private);
        }
        Self { lists, caches, written: Default::default() }
    }

    /// Writes the page that begins behind `cursor`. `entries` are asked for where it is not written yet.
    pub(super) fn write<'a>(
        &self,
        list: List,
        version: Version,
        cursor: Option<&str>,
        entries: &dyn Fn() -> Vec<&'a dyn Entry>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let size = self.lists.page.max(1);
        let start = match cursor {
            None => 0,
            Some(cursor) => self.start(list, cursor, &entries())?,
        };
        let fresh = || self.fresh(list, version, &entries()[start..]);
        if start % size != 0 {
            out.extend(fresh());
            return Ok(());
        }
        let of_list = &self.written[version.index()][list as usize];
        let pages = of_list.get_or_init(|| {
            let pages = entries().len().div_ceil(size).max(1);
            std::iter::repeat_with(Page::new).take(pages).collect()
        });
        match pages.get(start / size) {
            Some(page) => out.extend_from_slice(page.get_or_init(fresh)),
            None => out.extend(fresh()),
        }
        Ok(())
    }

    /// The page that begins behind `cursor`, of a list that will not be the same again.
    pub(super) fn write_once(
        &self,
        list: List,
        version: Version,
        cursor: Option<&str>,
        entries: &[&dyn Entry],
    ) -> Result<Vec<u8>> {
        let start = match cursor {
            None => 0,
            Some(cursor) => self.start(list, cursor, entries)?,
        };
        Ok(self.fresh(list, version, &entries[start..]))
    }

    /// The entry behind the one that a cursor names.
    fn start(&self, list: List, cursor: &str, entries: &[&dyn Entry]) -> Result<usize> {
        let named = self.lists.cursors.open(list, cursor);
        let at = named.and_then(|named| entries.iter().position(|entry| entry.key() == named));
        at.map(|at| at + 1).ok_or_else(|| {
            Error::invalid_params("/params/cursor: not a cursor of this list, or its place is gone")
                .with_suggestion("begin again without a cursor")
                .with_data("pointer", "/params/cursor")
        })
    }

    /// The page that the rest of the entries begin with.
    fn fresh(&self, list: List, version: Version, rest: &[&dyn Entry]) -> Vec<u8> {
        let page = &rest[..rest.len().min(self.lists.page.max(1))];
        let mut out = Vec::new();
        write_json(&mut out, list.member());
        out.extend_from_slice(b":[");
        for (at, entry) in page.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            entry.write(version, &mut out);
        }
        out.push(b']');
        if let Some(last) = page.last().filter(|_| page.len() < rest.len()) {
            out.extend_from_slice(br#","nextCursor":"#);
            write_json(&mut out, &self.lists.cursors.seal(list, last.key()));
        }
        if version.has(Feature::ResultType) {
            write_cache(&mut out, self.caches[list as usize]);
        }
        out
    }
}

/// How long a result may be kept, as members behind others.
pub(crate) fn write_cache(out: &mut Vec<u8>, cache: Cache) {
    out.extend_from_slice(br#","ttlMs":"#);
    write_json(out, &cache.ttl_ms());
    out.extend_from_slice(match cache.scope {
        CacheScope::Public => br#","cacheScope":"public""#.as_slice(),
        CacheScope::Private => br#","cacheScope":"private""#,
    });
}
