//! What a server offers, frozen: tables by name, and lists that are bytes from the start.

use std::collections::HashMap;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::catalog::Catalog;
use super::mirror::Mirrors;
use super::prompt::Prompt;
use super::resource::Resource;
use super::tool::Tool;
use crate::error::{Error, Result};
use crate::protocol::jsonrpc::write_json;
use crate::protocol::legacy::Adapt;
use crate::protocol::version::{Feature, Version};

/// The lists that a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Tools,
    Resources,
    Templates,
    Prompts,
}

/// Everything a server offers.
pub(crate) struct Registry {
    tools: Vec<Tool>,
    tool_named: HashMap<String, usize>,
    /// Of each tool.
    mirrors: Vec<Mirrors>,
    no_mirrors: Mirrors,
    resources: Vec<Resource>,
    resource_at: HashMap<String, usize>,
    prompts: Vec<Prompt>,
    prompt_named: HashMap<String, usize>,
    page: usize,
    pages: [[OnceLock<Vec<Vec<u8>>>; 4]; Version::ALL.len()],
}

impl Registry {
    /// Freezes a catalog. Every entry of `page` entries begins a new page of a list.
    pub(crate) fn new(catalog: Catalog, page: usize) -> Self {
        let Catalog { tools, resources, prompts, .. } = catalog;
        let named = |name: &str, at: usize| (name.to_owned(), at);
        Self {
            mirrors: tools.iter().map(|tool| Mirrors::of(&tool.info().input_schema).0).collect(),
            no_mirrors: Mirrors::default(),
            tool_named: tools.iter().enumerate().map(|(at, tool)| named(&tool.info().name, at)).collect(),
            prompt_named: prompts
                .iter()
                .enumerate()
                .map(|(at, prompt)| named(&prompt.info().name, at))
                .collect(),
            resource_at: resources
                .iter()
                .enumerate()
                .filter_map(|(at, resource)| Some(named(resource.uri()?, at)))
                .collect(),
            tools,
            resources,
            prompts,
            page: page.max(1),
            pages: Default::default(),
        }
    }

    pub(crate) fn tools(&self) -> &[Tool] {
        &self.tools
    }

    pub(crate) fn resources(&self) -> &[Resource] {
        &self.resources
    }

    pub(crate) fn prompts(&self) -> &[Prompt] {
        &self.prompts
    }

    pub(crate) fn tool(&self, name: &str) -> Option<&Tool> {
        Some(&self.tools[*self.tool_named.get(name)?])
    }

    /// The arguments of a tool that headers mirror.
    pub(crate) fn mirrors(&self, tool: &str) -> &Mirrors {
        self.tool_named.get(tool).map_or(&self.no_mirrors, |at| &self.mirrors[*at])
    }

    pub(crate) fn prompt(&self, name: &str) -> Option<&Prompt> {
        Some(&self.prompts[*self.prompt_named.get(name)?])
    }

    /// The resource of this URI, or the most specific template that it fits.
    pub(crate) fn resource(&self, uri: &str) -> Option<&Resource> {
        if let Some(&at) = self.resource_at.get(uri) {
            return Some(&self.resources[at]);
        }
        self.resources
            .iter()
            .filter(|resource| resource.matches(uri))
            .max_by_key(|resource| resource.specificity())
    }

    /// Whether any argument can be completed.
    pub(crate) fn completes(&self) -> bool {
        self.prompts.iter().any(Prompt::completes) || self.resources.iter().any(Resource::completes)
    }

    /// The template that is spelled so, or the fixed resource of this URI.
    pub(crate) fn resource_spelled(&self, uri: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.spelling() == uri)
    }

    /// One page of a list: the members of its result, without braces.
    ///
    /// # Errors
    /// `-32602` for a cursor that this server has not given.
    pub(crate) fn page(&self, list: List, version: Version, cursor: Option<&str>) -> Result<&[u8]> {
        let pages =
            self.pages[version.index()][list as usize].get_or_init(|| self.write_pages(list, version));
        let at = match cursor {
            None => 0,
            Some(cursor) => page_of(cursor).unwrap_or(usize::MAX),
        };
        pages.get(at).map(Vec::as_slice).ok_or_else(|| {
            Error::invalid_params("/params/cursor: not a cursor of this list; begin again without one")
        })
    }

    fn write_pages(&self, list: List, version: Version) -> Vec<Vec<u8>> {
        match list {
            List::Tools => {
                self.write_list("tools", version, self.tools.iter().map(|tool| tool.info().clone()))
            }
            List::Resources => self.write_list(
                "resources",
                version,
                self.resources.iter().filter_map(Resource::listed).cloned(),
            ),
            List::Templates => self.write_list(
                "resourceTemplates",
                version,
                self.resources.iter().filter_map(Resource::listed_template).cloned(),
            ),
            List::Prompts => {
                self.write_list("prompts", version, self.prompts.iter().map(|prompt| prompt.info().clone()))
            }
        }
    }

    fn write_list<T: Adapt + Serialize>(
        &self,
        member: &str,
        version: Version,
        items: impl Iterator<Item = T>,
    ) -> Vec<Vec<u8>> {
        let mut items: Vec<T> = items.collect();
        for item in &mut items {
            item.adapt(version);
        }
        let chunks: Vec<&[T]> = if items.is_empty() { vec![&[]] } else { items.chunks(self.page).collect() };
        let last = chunks.len() - 1;
        let pages = chunks.into_iter().enumerate().map(|(at, chunk)| {
            let mut out = Vec::new();
            write_json(&mut out, member);
            out.push(b':');
            write_json(&mut out, chunk);
            if at < last {
                out.extend_from_slice(br#","nextCursor":"#);
                write_json(&mut out, &cursor_to(at + 1));
            }
            if version.has(Feature::ResultType) {
                out.extend_from_slice(LIST_CACHE);
            }
            out
        });
        pages.collect()
    }
}

/// How long a client may keep a list, and for whom (2026-07-28, server/utilities/caching). The
/// registry never changes and is the same for every caller.
const LIST_CACHE: &[u8] = br#","ttlMs":300000,"cacheScope":"public""#;

fn cursor_to(page: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("page {page}"))
}

fn page_of(cursor: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    std::str::from_utf8(&bytes).ok()?.strip_prefix("page ")?.parse().ok()
}
