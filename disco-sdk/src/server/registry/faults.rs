//! What is wrong with a catalog: the same rules when a server is built and when it changes.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use super::snapshot::MOST_AUDIENCES;
use crate::server::catalog::{Catalog, Origin};
use crate::server::context::StateMap;
use crate::server::mirror::Mirrors;
use crate::server::particulars::Particulars;
use crate::server::resource::Resource;

/// One tool, resource or prompt, as faults name it.
struct Item<'a> {
    kind: &'static str,
    name: &'a str,
    particulars: &'a Particulars,
}

/// All that is wrong with it, in words.
pub(super) fn faults(
    catalog: &Catalog,
    state: &StateMap,
    knows_audiences: bool,
    keeps_states: bool,
) -> Vec<String> {
    let mut faults = Vec::new();
    doubles(catalog, &mut faults);
    for tool in &catalog.tools {
        let (_, wrong) = Mirrors::of(&tool.info().input_schema);
        faults.extend(wrong.iter().map(|fault| format!("tool `{}`: {fault}", tool.info().name)));
    }
    let items = items(catalog);
    for item in &items {
        let wrong = item.particulars.faults.iter();
        faults.extend(wrong.map(|fault| format!("{} `{}`: {fault}", item.kind, item.name)));
        for need in item.particulars.needs.iter().filter(|need| !state.contains_key(&need.type_id)) {
            faults.push(format!(
                "{} `{}` needs State<{}>: add `.state(..)` with such a value",
                item.kind, item.name, need.type_name
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
    for item in items.iter().filter(|_| !are_known) {
        if let Some(audience) = item.particulars.audiences.first() {
            faults.push(format!(
                "{} `{}` is for the audience `{audience}`, and nothing says who that is: \
                 add `.audiences(|caller| ..)`",
                item.kind, item.name
            ));
        }
    }
    let named: BTreeSet<&String> = items.iter().flat_map(|item| &item.particulars.audiences).collect();
    if named.len() > MOST_AUDIENCES {
        faults.push(format!("{} audiences are named, and {MOST_AUDIENCES} are the most", named.len()));
    }
}

fn doubles(catalog: &Catalog, faults: &mut Vec<String>) {
    let tools = catalog.tools.iter().flat_map(|tool| tool.names().map(|name| (name, tool.origin())));
    let prompts = catalog.prompts.iter().map(|prompt| (prompt.info().name.as_str(), prompt.origin()));
    let shapes: Vec<String> = catalog.resources.iter().map(Resource::shape).collect();
    let resources = shapes.iter().map(String::as_str).zip(catalog.resources.iter().map(Resource::origin));
    doubled("tools are named", tools, faults);
    doubled("prompts are named", prompts, faults);
    doubled("resources fit the URIs of", resources, faults);
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
                let _ =
                    write!(fault, " {}", if origin.module.is_empty() { "(by hand)" } else { origin.module });
            }
            faults.push(fault);
        }
    }
}
