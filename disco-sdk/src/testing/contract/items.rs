//! What is locked of each tool, resource and prompt, and what it means when that changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::drift::{Drift, Drifts};
use super::schema::{self, Direction};
use crate::protocol::content::{Annotations, Role};
use crate::protocol::icon::Icon;
use crate::protocol::prompt::PromptArgument;
use crate::protocol::task::TaskSupport;
use crate::protocol::tool::ToolAnnotations;
use crate::server::registry::Offer;

/// Everything that is offered, by name or URI.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Items {
    tools: BTreeMap<String, Tool>,
    resources: BTreeMap<String, Resource>,
    resource_templates: BTreeMap<String, Resource>,
    prompts: BTreeMap<String, Prompt>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Tool {
    #[serde(flatten)]
    told: Told,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<ToolAnnotations>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskSupport>,
    input_schema: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Resource {
    name: String,
    #[serde(flatten)]
    told: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<Annotations>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Prompt {
    #[serde(flatten)]
    told: Told,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<PromptArgument>,
}

/// What all kinds are told by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    icons: Vec<Icon>,
    /// Who sees it, if not everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<String>,
}

impl Told {
    fn compare(&self, new: &Self, drifts: &mut Drifts<'_>) {
        drifts.told("title", &self.title, &new.title);
        drifts.told("description", &self.description, &new.description);
        if self.icons != new.icons {
            drifts.additive("its icons are others");
        }
        let loses = |name: &String| !new.audiences.contains(name);
        if !new.audiences.is_empty() && (self.audiences.is_empty() || self.audiences.iter().any(loses)) {
            drifts.breaking(format!("it is seen by {} only", new.audiences.join(", ")));
        } else if self.audiences != new.audiences {
            drifts.additive("it is seen by more callers");
        }
    }
}

/// What tools, resources, templates and prompts, which have these fields in common but no trait, are told by.
macro_rules! told {
    ($info:expr, $handler:expr) => {
        Told {
            title: $info.title.clone(),
            description: $info.description.clone(),
            icons: $info.icons.clone().unwrap_or_default(),
            audiences: $handler.audiences().to_vec(),
        }
    };
}

/// A resource or a template; only a resource has a size.
macro_rules! resource {
    ($info:expr, $handler:expr, $size:expr) => {
        Resource {
            name: $info.name.clone(),
            told: told!($info, $handler),
            mime_type: $info.mime_type.clone(),
            size: $size,
            annotations: $info.annotations.clone(),
        }
    };
}

impl Items {
    pub(super) fn of(offer: &Offer) -> Self {
        let tools = offer.tools().iter().map(|tool| {
            let info = tool.info();
            let locked = Tool {
                told: told!(info, tool),
                aliases: tool.aliases().to_vec(),
                deprecated: tool.deprecated().map(str::to_owned),
                annotations: info.annotations.clone(),
                task: info.execution.as_ref().map(|execution| execution.task_support),
                input_schema: info.input_schema.clone(),
                output_schema: info.output_schema.clone(),
            };
            (info.name.clone(), locked)
        });
        let resources = offer.resources().iter().filter_map(|resource| {
            let info = resource.listed()?;
            Some((info.uri.clone(), resource!(info, resource, info.size)))
        });
        let templates = offer.resources().iter().filter_map(|resource| {
            let info = resource.listed_template()?;
            Some((info.uri_template.clone(), resource!(info, resource, None)))
        });
        let prompts = offer.prompts().iter().map(|prompt| {
            let info = prompt.info();
            let arguments = info.arguments.clone().unwrap_or_default();
            (info.name.clone(), Prompt { told: told!(info, prompt), arguments })
        });
        Self {
            tools: tools.collect(),
            resources: resources.collect(),
            resource_templates: templates.collect(),
            prompts: prompts.collect(),
        }
    }
}

/// What `new` does otherwise than `old`.
pub(super) fn compare(old: &Items, new: &Items, drifts: &mut Vec<Drift>) {
    each("tool", (&old.tools, &new.tools), drifts, tool, |name| {
        let heir = new.tools.iter().find(|(_, tool)| tool.aliases.iter().any(|alias| alias == name));
        heir.map(|(heir, _)| heir.as_str())
    });
    each("resource", (&old.resources, &new.resources), drifts, resource, |_| None);
    let templates = (&old.resource_templates, &new.resource_templates);
    each("resource template", templates, drifts, resource, |_| None);
    each("prompt", (&old.prompts, &new.prompts), drifts, prompt, |_| None);
}

/// Compares what is in both, and names what is in one. `heir` answers to the name of what is gone.
fn each<'a, T: 'a>(
    kind: &str,
    (old, new): (&'a BTreeMap<String, T>, &'a BTreeMap<String, T>),
    all: &mut Vec<Drift>,
    compare: impl Fn(&T, &T, &mut Drifts<'_>),
    heir: impl Fn(&str) -> Option<&'a str>,
) {
    for (name, was) in old {
        let mut drifts = Drifts { item: format!("{kind} `{name}`"), all: &mut *all };
        match (new.get(name), heir(name).and_then(|heir| Some((heir, new.get(heir)?)))) {
            (Some(is), _) => compare(was, is, &mut drifts),
            (None, Some((heir, is))) => {
                drifts.additive(format!("it is called `{heir}`, and its old name answers"));
                compare(was, is, &mut drifts);
            }
            (None, None) => drifts.breaking("it is gone"),
        }
    }
    let inherits = |name: &String| old.keys().any(|gone| !new.contains_key(gone) && heir(gone) == Some(name));
    for name in new.keys().filter(|name| !old.contains_key(*name) && !inherits(name)) {
        Drifts { item: format!("{kind} `{name}`"), all: &mut *all }.additive("it is new");
    }
}

fn tool(old: &Tool, new: &Tool, drifts: &mut Drifts<'_>) {
    old.told.compare(&new.told, drifts);
    for alias in old.aliases.iter().filter(|alias| !new.aliases.contains(alias)) {
        drifts.breaking(format!("it does not answer to `{alias}` any more"));
    }
    drifts.told("deprecation", &old.deprecated, &new.deprecated);
    annotations(old.annotations.as_ref(), new.annotations.as_ref(), drifts);
    match (old.task, new.task) {
        (before, after) if before == after => {}
        (_, Some(TaskSupport::Required)) => drifts.breaking("its calls have to be tasks"),
        (Some(_), None) => drifts.breaking("its calls cannot be tasks any more"),
        _ => drifts.additive("its calls can be tasks, or not"),
    }
    schema::compare(Direction::Input, &old.input_schema, &new.input_schema, drifts);
    match (&old.output_schema, &new.output_schema) {
        (Some(old), Some(new)) => schema::compare(Direction::Output, old, new, drifts),
        (Some(_), None) => drifts.breaking("its result is not structured any more"),
        (None, Some(_)) => drifts.additive("its result is structured"),
        (None, None) => {}
    }
}

/// A promise that is taken back breaks what relies on it. Without a word, a tool may do anything.
fn annotations(old: Option<&ToolAnnotations>, new: Option<&ToolAnnotations>, drifts: &mut Drifts<'_>) {
    let none = ToolAnnotations::default();
    let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
    let promises = [
        ("read_only", old.read_only_hint.unwrap_or(false), new.read_only_hint.unwrap_or(false)),
        ("idempotent", old.idempotent_hint.unwrap_or(false), new.idempotent_hint.unwrap_or(false)),
        ("not destructive", !old.destructive_hint.unwrap_or(true), !new.destructive_hint.unwrap_or(true)),
        ("not open_world", !old.open_world_hint.unwrap_or(true), !new.open_world_hint.unwrap_or(true)),
    ];
    for (promise, was, is) in promises {
        match (was, is) {
            (true, false) => drifts.breaking(format!("it does not promise to be {promise} any more")),
            (false, true) => drifts.additive(format!("it promises to be {promise}")),
            _ => {}
        }
    }
}

fn resource(old: &Resource, new: &Resource, drifts: &mut Drifts<'_>) {
    drifts.told("name", &old.name, &new.name);
    old.told.compare(&new.told, drifts);
    if old.mime_type != new.mime_type {
        let of = |kind: &Option<String>| kind.clone().unwrap_or_else(|| "nothing".to_owned());
        let words = format!("its media type was {} and is {}", of(&old.mime_type), of(&new.mime_type));
        drifts.add(old.mime_type.is_some(), words);
    }
    drifts.told("size", &old.size, &new.size);
    hints(old.annotations.as_ref(), new.annotations.as_ref(), drifts);
}

/// Clients may show a resource to those alone for whom it is. Without a word, it is for all.
fn hints(old: Option<&Annotations>, new: Option<&Annotations>, drifts: &mut Drifts<'_>) {
    let none = Annotations::default();
    let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
    for (role, word) in [(Role::Assistant, "the assistant"), (Role::User, "the user")] {
        let is_for = |hints: &Annotations| hints.audience.as_ref().is_none_or(|roles| roles.contains(&role));
        match (is_for(old), is_for(new)) {
            (true, false) => drifts.breaking(format!("it is not for {word} any more")),
            (false, true) => drifts.additive(format!("it is for {word}")),
            _ => {}
        }
    }
    drifts.told("priority", &old.priority, &new.priority);
    drifts.told("last modification", &old.last_modified, &new.last_modified);
}

fn prompt(old: &Prompt, new: &Prompt, drifts: &mut Drifts<'_>) {
    old.told.compare(&new.told, drifts);
    for was in &old.arguments {
        let name = &was.name;
        let Some(is) = new.arguments.iter().find(|is| is.name == *name) else {
            drifts.breaking(format!("argument `{name}` is gone"));
            continue;
        };
        match (was.required == Some(true), is.required == Some(true)) {
            (false, true) => drifts.breaking(format!("argument `{name}` is required")),
            (true, false) => drifts.additive(format!("argument `{name}` is optional")),
            _ => {}
        }
        if (&was.description, &was.title) != (&is.description, &is.title) {
            drifts.additive(format!("argument `{name}` is described otherwise"));
        }
    }
    for is in new.arguments.iter().filter(|is| !old.arguments.iter().any(|was| was.name == is.name)) {
        let is_required = is.required == Some(true);
        let and = if is_required { ", and required" } else { "" };
        drifts.add(is_required, format!("argument `{}` is new{and}", is.name));
    }
}
