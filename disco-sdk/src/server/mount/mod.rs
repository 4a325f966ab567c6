//! One server inside of another: its tools, resources and prompts under a prefix, its state its own.

mod home;
mod uris;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) use home::{Home, Mounted};
pub(crate) use uris::Outward;

use super::builder::Server;
use super::catalog::Catalog;
use super::core;
use super::particulars::Particulars;
use super::prompt::Prompt;
use super::registry::Audiences;
use super::tool::Tool;
use crate::transport::Caller;

/// The longest name that a tool or prompt may have. 2025-11-25, server/tools: tool names.
const LONGEST_NAME: usize = 128;

/// What mounted servers say, besides what they offer.
#[derive(Default)]
pub(super) struct Mounts {
    /// Who belongs to which of the audiences that begin with this prefix.
    audiences: Vec<(String, Audiences)>,
    /// How they become one: a server that mounts no other is without that.
    joined: Option<Join>,
    instructions: Vec<String>,
}

type Join = fn(Vec<(String, Audiences)>, Option<Audiences>) -> Audiences;

impl Server {
    /// Offers all that another server offers, under a prefix: its tool `add` as `prefix_add`, its prompt
    /// `review` as `prefix_review`, its resource `note://7` as `note://prefix/7`. With an empty prefix
    /// everything keeps its name.
    ///
    /// Handlers of the other server have the state that was given to it, and no other. Its layers and its
    /// time limit hold for them too; layers of this server stand around those. URIs of its own
    /// resources in its results, in links and in the changes that it tells of, get the prefix, too. Its
    /// instructions follow those of this server, and everything in it has the prefix as a tag.
    ///
    /// If the other server says who belongs to which of its audiences, that holds for what it offers; if not,
    /// this one does. Who calls, bounds, keys, caches, extensions and tasks are those of this server alone,
    /// and so are `lenient` and `causes_in_errors`.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Adds two numbers.
    /// #[tool(read_only)]
    /// fn add(a: i64, b: i64) -> i64 {
    ///     a + b
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let sums = Server::new("sums", "1.0.0").with(tools![add]);
    /// let client = Server::new("office", "1.0.0").mount("sums", sums).client().await?;
    /// assert_eq!(client.call("sums_add", serde_json::json!({"a": 1, "b": 2})).await?.text(), "3");
    /// # Ok(()) }
    /// ```
    pub fn mount(mut self, prefix: impl Into<String>, other: Self) -> Self {
        let prefix = prefix.into();
        if let Some(wrong) = prefix.chars().find(|c| !is_allowed(*c)) {
            self.catalog.faults.push(format!(
                "the prefix {prefix:?} of a mounted server contains {wrong:?}: use `A-Z a-z 0-9 _ - .`"
            ));
            return self;
        }
        let Self { mut catalog, settings, state, audiences, mounted, toolsets, is_dynamic, .. } = other;
        toolsets.choose(&mut catalog);
        self.toolsets.mount(toolsets, &prefix, &mut catalog);
        let home = Arc::new(Home::new(&prefix, state, &catalog));
        let has_audiences = audiences.is_some();
        #[cfg(feature = "layers")]
        for particulars in catalog.particulars_mut() {
            particulars.layers.surround(&other.layers);
            particulars.has_border = particulars.layers.begin_at(&home);
        }
        for particulars in catalog.particulars_mut() {
            move_in(particulars, &prefix, has_audiences, &home);
            particulars.timeout = particulars.timeout.or(settings.timeout);
        }
        let Catalog { tools, resources, prompts, faults } = catalog;
        self.catalog.faults.extend(faults.into_iter().map(|fault| within(&prefix, &fault)));
        let tools = tools.into_iter().map(|tool| mount_tool(tool, &prefix, &settings, &home));
        self.catalog.tools.extend(tools);
        let prompts = prompts.into_iter().map(|prompt| mount_prompt(prompt, &prefix, &home));
        self.catalog.prompts.extend(prompts);
        for resource in resources {
            let spelling = resource.spelling().to_owned();
            match uris::prefixed(&spelling, &prefix).map(|uri| resource.mounted(uri, &home)) {
                Some(Ok(resource)) => self.catalog.resources.push(resource),
                _ => self.catalog.faults.push(within(
                    &prefix,
                    &format!(
                        "resource `{spelling}` has no scheme that is fixed, and so no place for a prefix"
                    ),
                )),
            }
        }
        self.mounted.take_in(mounted, audiences, settings.instructions, &prefix);
        self.is_dynamic |= is_dynamic;
        self
    }
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn within(prefix: &str, fault: &str) -> String {
    format!("mounted as `{prefix}`: {fault}")
}

/// A name under a prefix.
pub(super) fn prefixed(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}_{name}") }
}

fn move_in(particulars: &mut Particulars, prefix: &str, has_audiences: bool, home: &Arc<Home>) {
    particulars.mounts.insert(0, prefix.to_owned());
    particulars.home.get_or_insert_with(|| Arc::clone(home));
    if !prefix.is_empty() {
        particulars.tags.push(prefix.to_owned());
    }
    for audience in &mut particulars.audiences {
        // Those with a slash belong to a server that was mounted further inside.
        if has_audiences || audience.contains('/') {
            *audience = format!("{prefix}/{audience}");
        }
    }
}

fn mount_tool(mut tool: Tool, prefix: &str, settings: &core::Settings, home: &Arc<Home>) -> Tool {
    let name = prefixed(prefix, &tool.info().name);
    if let (None, None, Some(limit)) = (tool.timeout(), tool.task(), settings.timeout) {
        tool = tool.with_timeout(limit);
    }
    let faults = too_long(&name);
    tool = tool.with_aliases_turned(|alias| prefixed(prefix, alias));
    let rewrites = !tool.particulars().has_border;
    tool.wrapped(|inner| Arc::new(Mounted::new(inner, home, rewrites))).with_name(name).with_faults(faults)
}

fn mount_prompt(prompt: Prompt, prefix: &str, home: &Arc<Home>) -> Prompt {
    let name = prefixed(prefix, &prompt.info().name);
    let faults = too_long(&name);
    let mut prompt = prompt.mounted(name, home);
    prompt.particulars_mut().faults.extend(faults);
    prompt
}

fn too_long(name: &str) -> Vec<String> {
    if name.len() <= LONGEST_NAME {
        return Vec::new();
    }
    vec![format!("its name has {} characters with the prefix, and {LONGEST_NAME} are the most", name.len())]
}

impl Mounts {
    fn take_in(
        &mut self,
        inside: Self,
        audiences: Option<Audiences>,
        instructions: Option<String>,
        prefix: &str,
    ) {
        let deeper = inside.audiences.into_iter().map(|(name, of)| (format!("{prefix}/{name}"), of));
        self.audiences.extend(audiences.map(|of| (prefix.to_owned(), of)).into_iter().chain(deeper));
        self.joined = (!self.audiences.is_empty()).then_some(joined);
        self.instructions.extend(instructions.into_iter().chain(inside.instructions));
    }

    /// The instructions of a server and of those that are mounted in it.
    pub(super) fn instructions(&mut self, own: Option<String>) -> Option<String> {
        let all: Vec<String> = own.into_iter().chain(self.instructions.drain(..)).collect();
        (!all.is_empty()).then(|| all.join("\n\n"))
    }

    /// Who belongs to which audience, of a server and of those that are mounted in it.
    pub(super) fn audiences(self, own: Option<Audiences>) -> Option<Audiences> {
        match self.joined {
            Some(join) => Some(join(self.audiences, own)),
            None => own,
        }
    }
}

fn joined(mounted: Vec<(String, Audiences)>, own: Option<Audiences>) -> Audiences {
    Box::new(move |caller: &Caller| {
        let mut all = own.as_ref().map_or_else(BTreeSet::new, |own| own(caller));
        for (prefix, of) in &mounted {
            all.extend(of(caller).into_iter().map(|name| format!("{prefix}/{name}")));
        }
        all
    })
}
