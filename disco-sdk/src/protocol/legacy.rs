//! New shapes made fit for older peers: no field and no kind of content that their revision lacks.

use serde_json::{Map, Value, json};

use super::capability::{ClientCapabilities, ServerCapabilities};
use super::content::{Annotations, Content, EmbeddedResource, ResourceContents, TextContent};
use super::elicitation::ElicitFormParams;
use super::lifecycle::Implementation;
use super::prompt::{GetPromptResult, Prompt};
use super::resource::{ReadResourceResult, Resource, ResourceTemplate};
use super::task::Task;
use super::tool::Tool;
use super::version::{Feature, Version};

/// Something on the wire that has changed over the revisions.
pub(crate) trait Adapt {
    /// Takes away or rewrites what `version` does not know.
    fn adapt(&mut self, version: Version);
}

/// Forgets a member unless `version` has the feature that brought it.
macro_rules! only_with {
    ($version:expr, $($feature:ident => $($member:expr),+;)+) => {
        $(if !$version.has(Feature::$feature) { $($member = None;)+ })+
    };
}

impl Adapt for Tool {
    fn adapt(&mut self, version: Version) {
        if !version.has(Feature::Titles)
            && let (Some(title), Some(annotations)) = (&self.title, &mut self.annotations)
        {
            annotations.title.get_or_insert_with(|| title.clone());
        }
        only_with!(version,
            ToolAnnotations => self.annotations;
            Titles => self.title;
            StructuredContent => self.output_schema;
            ItemMeta => self.meta;
            Icons => self.icons;
            CoreTasks => self.execution;
        );
        if !version.has(Feature::BareStructuredContent)
            && let Some(schema) = &mut self.output_schema
            && !is_object_schema(schema)
        {
            let bare = schema.take();
            *schema = json!({"type": "object", "properties": {}, "required": ["result"]});
            schema["properties"]["result"] = bare;
        }
    }
}

/// Whether the values of this schema are objects, as older peers demand of structured content.
pub(crate) fn is_object_schema(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object")
}

impl Adapt for Resource {
    fn adapt(&mut self, version: Version) {
        self.annotations.adapt(version);
        only_with!(version,
            Titles => self.title;
            ItemMeta => self.meta;
            Icons => self.icons;
        );
    }
}

impl Adapt for ResourceTemplate {
    fn adapt(&mut self, version: Version) {
        self.annotations.adapt(version);
        only_with!(version,
            Titles => self.title;
            ItemMeta => self.meta;
            Icons => self.icons;
        );
    }
}

impl Adapt for Prompt {
    fn adapt(&mut self, version: Version) {
        only_with!(version,
            Titles => self.title;
            ItemMeta => self.meta;
            Icons => self.icons;
        );
        for argument in self.arguments.iter_mut().flatten() {
            only_with!(version, Titles => argument.title;);
        }
    }
}

impl Adapt for Implementation {
    fn adapt(&mut self, version: Version) {
        only_with!(version,
            Titles => self.title;
            Icons => self.icons, self.description, self.website_url;
        );
    }
}

impl Adapt for ServerCapabilities {
    fn adapt(&mut self, version: Version) {
        only_with!(version,
            CompletionsCapability => self.completions;
            ResultType => self.extensions;
            CoreTasks => self.tasks;
        );
    }
}

/// A task in the words of `version`.
pub(crate) fn task_members(task: &Task, version: Version) -> Map<String, Value> {
    let mut members = match serde_json::to_value(task) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    if version.has(Feature::CoreTasks) {
        for (new, old) in [("ttlMs", "ttl"), ("pollIntervalMs", "pollInterval")] {
            if let Some(value) = members.remove(new) {
                members.insert(old.to_owned(), value);
            }
        }
    }
    members
}

/// What a revision does not have, a client that speaks it cannot do, whatever it says.
impl Adapt for ClientCapabilities {
    fn adapt(&mut self, version: Version) {
        only_with!(version, Elicitation => self.elicitation;);
        if !version.has(Feature::ElicitationModes)
            && let Some(modes) = &mut self.elicitation
        {
            modes.clear();
        }
        if !version.has(Feature::SamplingTools)
            && let Some(sampling) = &mut self.sampling
        {
            sampling.remove("tools");
        }
    }
}

impl Adapt for Option<Annotations> {
    fn adapt(&mut self, version: Version) {
        if let Some(annotations) = self {
            only_with!(version, LastModified => annotations.last_modified;);
        }
    }
}

impl Adapt for ReadResourceResult {
    fn adapt(&mut self, version: Version) {
        only_with!(version, ResultType => self.ttl_ms, self.cache_scope;);
        for contents in &mut self.contents {
            contents.adapt(version);
        }
    }
}

impl Adapt for ResourceContents {
    fn adapt(&mut self, version: Version) {
        only_with!(version, ItemMeta => self.meta;);
    }
}

impl Adapt for GetPromptResult {
    fn adapt(&mut self, version: Version) {
        for message in &mut self.messages {
            message.content.adapt(version);
        }
    }
}

impl Adapt for Content {
    fn adapt(&mut self, version: Version) {
        match self {
            Self::ResourceLink(link) if !version.has(Feature::ResourceLinks) => {
                *self = Self::Text(TextContent {
                    text: link_as_text(link),
                    annotations: link.annotations.take(),
                    meta: None,
                });
                self.adapt(version);
            }
            Self::Audio(audio) if !version.has(Feature::Audio) => {
                let resource = ResourceContents {
                    uri: "audio:content".into(),
                    mime_type: Some(std::mem::take(&mut audio.mime_type)),
                    blob: Some(std::mem::take(&mut audio.data)),
                    ..ResourceContents::default()
                };
                *self = Self::Resource(EmbeddedResource {
                    resource,
                    annotations: audio.annotations.take(),
                    meta: None,
                });
                self.adapt(version);
            }
            Self::Text(text) => {
                text.annotations.adapt(version);
                only_with!(version, ItemMeta => text.meta;);
            }
            Self::Image(media) | Self::Audio(media) => {
                media.annotations.adapt(version);
                only_with!(version, ItemMeta => media.meta;);
            }
            Self::Resource(embedded) => {
                embedded.annotations.adapt(version);
                embedded.resource.adapt(version);
                only_with!(version, ItemMeta => embedded.meta;);
            }
            Self::ResourceLink(link) => {
                link.annotations.adapt(version);
                only_with!(version, Icons => link.icons;);
            }
        }
    }
}

fn link_as_text(link: &super::content::ResourceLink) -> String {
    let name = link.title.as_ref().unwrap_or(&link.name);
    match &link.description {
        Some(description) => format!("{name}: {} ({description})", link.uri),
        None => format!("{name}: {}", link.uri),
    }
}

impl ElicitFormParams {
    /// Makes a form fit for `version`: before 2025-11-25 there are no modes and no defaults but for
    /// switches, and titles of choices stand in a list of their own.
    ///
    /// # Errors
    /// The name of a field that cannot be said: several choices of a list.
    pub(crate) fn adapt(&mut self, version: Version) -> Result<(), String> {
        if version.has(Feature::ElicitationModes) {
            return Ok(());
        }
        self.mode = None;
        let fields = self.requested_schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, field) in fields.into_iter().flatten() {
            let Some(field) = field.as_object_mut() else {
                continue;
            };
            match field.get("type").and_then(Value::as_str) {
                Some("array") => return Err(name.clone()),
                Some("boolean") => {}
                _ => {
                    field.remove("default");
                }
            }
            if let Some(Value::Array(choices)) = field.remove("oneOf") {
                let (values, titles): (Vec<_>, Vec<_>) =
                    choices.into_iter().map(|mut one| (one["const"].take(), one["title"].take())).unzip();
                field.insert("enum".to_owned(), values.into());
                field.insert("enumNames".to_owned(), titles.into());
            }
        }
        Ok(())
    }
}
