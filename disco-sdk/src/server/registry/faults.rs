//! What is wrong with a catalog: the same rules when a server is built and when it changes.

use std::fmt::{self, Write as _};

use super::snapshot::MOST_AUDIENCES;
use crate::server::catalog::Catalog;
use crate::server::context::StateMap;
use crate::server::particulars::Particulars;
use crate::server::resource::Resource;

/// One tool, resource or prompt, as faults name it.
struct Item<'a> {
    kind: &'static str,
    name: &'a str,
    particulars: &'a Particulars,
}

impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`{}", self.kind, self.name, mounted(self.particulars))
    }
}

/// All that is wrong with it, in words.
pub(super) fn faults(
    catalog: &Catalog,
    state: &StateMap,
    knows_audiences: bool,
    keeps_states: bool,
) -> Vec<String> {
    let mut faults = catalog.faults.clone();
    doubles(catalog, &mut faults);
    for tool in &catalog.tools {
        let (_, wrong) = tool.mirrors();
        faults.extend(wrong.iter().map(|fault| format!("tool `{}`: {fault}", tool.info().name)));
    }
    let items = items(catalog);
    for item in &items {
        let wrong = item.particulars.faults.iter();
        faults.extend(wrong.map(|fault| format!("{item}: {fault}")));
        let state = item.particulars.home.as_ref().map_or(state, |home| &home.state);
        let whose = item.particulars.home.as_ref().map_or("", |_| " to the mounted server");
        for need in item.particulars.needs.iter().filter(|need| !state.contains_key(&need.type_id)) {
            faults.push(format!(
                "{item} needs State<{}>: add `.state(..)` with such a value{whose}",
                need.type_name
            ));
        }
    }
    audiences(&items, knows_audiences, &mut faults);
    for tool in catalog.tools.iter().filter(|tool| tool.is_single_use() && !keeps_states) {
        faults.push(format!(
            "tool `{}` is `single_use`, and there is no store that knows what was used: \
             add `.request_states(MemoryRequestStates::default())`, or a store that replicas share",
            tool.info().name
        ));
    }
    faults
}

fn items(catalog: &Catalog) -> Vec<Item<'_>> {
    let tools = catalog.tools.iter().map(|tool| Item {
        kind: "tool",
        name: &tool.info().name,
        particulars: tool.particulars(),
    });
    let resources = catalog.resources.iter().map(|resource| Item {
        kind: "resource",
        name: resource.spelling(),
        particulars: resource.particulars(),
    });
    let prompts = catalog.prompts.iter().map(|prompt| Item {
        kind: "prompt",
        name: &prompt.info().name,
        particulars: prompt.particulars(),
    });
    tools.chain(resources).chain(prompts).collect()
}

fn audiences(items: &[Item<'_>], are_known: bool, faults: &mut Vec<String>) {
    // Those with a slash belong to a mounted server that says so itself.
    for item in items.iter().filter(|_| !are_known) {
        if let Some(audience) = item.particulars.audiences.iter().find(|name| !name.contains('/')) {
            faults.push(format!(
                "{item} is for the audience `{audience}`, and nothing says who that is: \
                 add `.audiences(|caller| ..)`"
            ));
        }
    }
    let mut named: Vec<&str> = Vec::new();
    for name in items.iter().flat_map(|item| &item.particulars.audiences) {
        if !named.contains(&name.as_str()) {
            named.push(name);
        }
    }
    if named.len() > MOST_AUDIENCES {
        faults.push(format!("{} audiences are named, and {MOST_AUDIENCES} are the most", named.len()));
    }
}

fn doubles(catalog: &Catalog, faults: &mut Vec<String>) {
    let mut tools = catalog.tools.iter().flat_map(|tool| tool.names().map(|name| (name, tool.particulars())));
    let mut prompts =
        catalog.prompts.iter().map(|prompt| (prompt.info().name.as_str(), prompt.particulars()));
    doubled("tools are named", &mut tools, faults);
    doubled("prompts are named", &mut prompts, faults);
    ambiguous(&catalog.resources, faults);
}

/// Pairs of resources of which neither is meant more by some URI.
fn ambiguous(resources: &[Resource], faults: &mut Vec<String>) {
    for (index, later) in resources.iter().enumerate() {
        for earlier in &resources[..index] {
            let Some(uri) = earlier.ambiguity(later) else {
                continue;
            };
            faults.push(format!(
                "resources {} and {} both fit `{uri}`, and neither says more of it: change one of the two",
                spelled(earlier),
                spelled(later)
            ));
        }
    }
}

fn spelled(resource: &Resource) -> String {
    let particulars = resource.particulars();
    let module = particulars.origin.module;
    let module = if module.is_empty() { "by hand" } else { module };
    format!("`{}` ({module}){}", resource.spelling(), mounted(particulars))
}

fn doubled<'a>(
    what: &str,
    names: &mut dyn Iterator<Item = (&'a str, &'a Particulars)>,
    faults: &mut Vec<String>,
) {
    let mut places: Vec<(&str, Vec<&Particulars>)> = Vec::new();
    for (name, particulars) in names {
        match places.binary_search_by(|(known, _)| (*known).cmp(name)) {
            Ok(at) => places[at].1.push(particulars),
            Err(at) => places.insert(at, (name, vec![particulars])),
        }
    }
    for (name, all) in &places {
        if all.len() > 1 {
            let mut fault = format!("{} {what} `{name}`:", all.len());
            for one in all {
                let module = one.origin.module;
                let _ = write!(fault, " {}", if module.is_empty() { "(by hand)" } else { module });
                fault.push_str(&mounted(one));
            }
            faults.push(fault);
        }
    }
}

/// The mounts that it came with, if there are any.
fn mounted(particulars: &Particulars) -> String {
    if particulars.mounts.is_empty() {
        return String::new();
    }
    format!(" (mounted as `{}`)", particulars.mounts.join("/"))
}
