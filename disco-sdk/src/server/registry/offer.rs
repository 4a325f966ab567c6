//! What a server offers to one audience, frozen: tables by name, and lists that are bytes from the start.
//!
//! What an audience may not see is not in its tables at all, so a hidden tool is answered exactly like
//! one that never was.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::members::PageWithMembers;
use super::pages::{Lists, Pages};
use super::shown::Shown;
use crate::error::Result;
use crate::protocol::tool as wire;
use crate::protocol::version::Version;
use crate::schema::Dialect;
use crate::server::mirror::Mirrors;
use crate::server::prompt::Prompt;
use crate::server::resource::Resource;
use crate::server::task::Engine;
use crate::server::tool::Tool;

pub(crate) use super::pages::List;

/// Everything that one audience is offered.
pub(crate) struct Offer {
    tools: Vec<Arc<Tool>>,
    tool_named: Named,
    /// Of each tool.
    mirrors: Vec<Mirrors>,
    task_engine: Option<&'static dyn Engine>,
    resources: Vec<Arc<Resource>>,
    resource_at: Named,
    prompts: Vec<Arc<Prompt>>,
    prompt_named: Named,
    depends_on_caller: bool,
    /// The pages of the list of resources, where some family names its members.
    lists_members: Option<PageWithMembers>,
    pub(super) pages: Pages,
    shown: Shown,
}

/// Where something stands, by its name: a search is less code and less work than a hash.
struct Named {
    /// The short ones come first, and those of one length in order.
    names: Vec<(String, usize)>,
    /// How many are shorter than so many bytes: a name is looked for among those of its length, of which there are few.
    shorter: Vec<usize>,
}

impl Named {
    fn of(names: &mut dyn Iterator<Item = (&str, usize)>) -> Self {
        let mut sorted: Vec<(String, usize)> = Vec::new();
        for (name, at) in names {
            // To put each in its place is less code than to sort them.
            let place =
                sorted.partition_point(|(known, _)| (known.len(), known.as_str()) < (name.len(), name));
            sorted.insert(place, (name.to_owned(), at));
        }
        let lengths = sorted.last().map_or(0, |(longest, _)| longest.len() + 2);
        let shorter = |length: usize| sorted.partition_point(|(name, _)| name.len() < length);
        Self { shorter: (0..lengths).map(shorter).collect(), names: sorted }
    }

    fn at(&self, name: &str) -> Option<usize> {
        let [start, end] = *self.shorter.get(name.len()..)?.first_chunk()?;
        let alike = self.names.get(start..end)?;
        let found = alike.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        Some(alike[found].1)
    }
}

/// What goes into an [`Offer`], in order.
#[derive(Default)]
pub(super) struct Items {
    pub(super) tools: Vec<Arc<Tool>>,
    pub(super) resources: Vec<Arc<Resource>>,
    pub(super) prompts: Vec<Arc<Prompt>>,
}

impl Offer {
    /// Freezes the items. `private` says which lists other audiences see otherwise.
    pub(super) fn new(items: Items, private: [bool; 4], lists: Arc<Lists>) -> Self {
        let Items { tools, resources, prompts } = items;
        let depends_on_caller = private.contains(&true);
        let lists_members = resources.iter().find_map(|resource| resource.page_with_members());
        let mut private = private;
        // Whoever names the members of a family may look at the caller.
        private[List::Resources as usize] |= lists_members.is_some();
        let (tool_named, resource_at, prompt_named) = {
            let mut of_tools =
                tools.iter().enumerate().flat_map(|(at, tool)| tool.names().map(move |name| (name, at)));
            let mut of_resources =
                resources.iter().enumerate().filter_map(|(at, resource)| Some((resource.uri()?, at)));
            let mut of_prompts =
                prompts.iter().enumerate().map(|(at, prompt)| (prompt.info().name.as_str(), at));
            (Named::of(&mut of_tools), Named::of(&mut of_resources), Named::of(&mut of_prompts))
        };
        Self {
            mirrors: tools.iter().map(|tool| tool.mirrors().0).collect(),
            task_engine: tools.iter().find_map(|tool| tool.task_engine()),
            tool_named,
            resource_at,
            prompt_named,
            tools,
            resources,
            prompts,
            depends_on_caller,
            lists_members,
            pages: Pages::new(private, Arc::clone(&lists)),
            shown: Shown::new(private, lists),
        }
    }

    pub(crate) fn tools(&self) -> &[Arc<Tool>] {
        &self.tools
    }

    pub(crate) fn resources(&self) -> &[Arc<Resource>] {
        &self.resources
    }

    pub(crate) fn prompts(&self) -> &[Arc<Prompt>] {
        &self.prompts
    }

    pub(crate) fn tool(&self, name: &str) -> Option<&Tool> {
        self.called(name).map(|(tool, _)| tool)
    }

    /// The tool of this name, and its arguments that headers mirror.
    pub(crate) fn called(&self, name: &str) -> Option<(&Tool, &Mirrors)> {
        let at = self.tool_named.at(name)?;
        Some((&self.tools[at], &self.mirrors[at]))
    }

    pub(crate) fn prompt(&self, name: &str) -> Option<&Prompt> {
        Some(&self.prompts[self.prompt_named.at(name)?])
    }

    /// The resource of this URI, or the most specific template that it fits.
    pub(crate) fn resource(&self, uri: &str) -> Option<&Resource> {
        if let Some(at) = self.resource_at.at(uri) {
            return Some(&self.resources[at]);
        }
        self.resources
            .iter()
            .filter(|resource| resource.matches(uri))
            .max_by_key(|resource| resource.rank())
            .map(|resource| &**resource)
    }

    /// Whether any call can become a task.
    pub(crate) fn task_engine(&self) -> Option<&'static dyn Engine> {
        self.task_engine
    }

    /// Whether any argument can be completed.
    pub(crate) fn completes(&self) -> bool {
        self.prompts.iter().any(|prompt| prompt.completes())
            || self.resources.iter().any(|resource| resource.completes())
    }

    /// The template that is spelled so, or the fixed resource of this URI.
    pub(crate) fn resource_spelled(&self, uri: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.spelling() == uri).map(|resource| &**resource)
    }

    /// The pages of the list of resources, if that has to be asked for.
    pub(crate) fn lists_members(&self) -> Option<PageWithMembers> {
        self.lists_members
    }

    /// Whether others are offered something else.
    pub(crate) fn depends_on_caller(&self) -> bool {
        self.depends_on_caller
    }

    /// The tools as a dialect shows them.
    pub(crate) fn shown(&self, dialect: Dialect) -> &[wire::Tool] {
        self.shown.tools(dialect, &self.tools)
    }

    /// The arguments of a tool as its full schema has them, if a dialect makes callers say them
    /// otherwise.
    pub(crate) fn read_back(
        &self,
        dialect: Dialect,
        tool: &Tool,
        arguments: Option<&RawValue>,
    ) -> Option<Box<RawValue>> {
        let arguments = arguments.filter(|_| dialect.may_be_read_back())?;
        let at = self.tool_named.at(&tool.info().name)?;
        self.shown.read_back(dialect, &self.tools, at, arguments)
    }

    /// One page of a list: writes the members of its result, without braces. `dialect` is for tools.
    ///
    /// # Errors
    /// `-32602` for a cursor that this server has not given, or whose place is not there any more.
    pub(crate) fn page(
        &self,
        list: List,
        (version, dialect): (Version, Dialect),
        cursor: Option<&str>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match list {
            List::Tools => self.shown.page(dialect, &self.tools, version, cursor, out),
            List::Resources => {
                let fixed = || self.resources.iter().filter_map(|one| Some(one.listed()? as _)).collect();
                self.pages.write(list, version, cursor, &fixed, out)
            }
            List::Templates => {
                let families =
                    || self.resources.iter().filter_map(|one| Some(one.listed_template()? as _)).collect();
                self.pages.write(list, version, cursor, &families, out)
            }
            List::Prompts => {
                let prompts = || self.prompts.iter().map(|one| one.info() as _).collect();
                self.pages.write(list, version, cursor, &prompts, out)
            }
        }
    }
}
