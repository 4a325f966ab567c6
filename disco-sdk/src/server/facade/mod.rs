//! Another face for a tool: its name, and what its arguments are called, or whether there are any.

mod arguments;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::to_raw_value;

use self::arguments::{Face, Rule};
use super::builder::Server;
use super::nearest::nearest;
use super::tool::Tool;

impl Server {
    /// Changes a tool that was given before: its name, its arguments, what is said of it. Mostly of a server
    /// that somebody else has written, before it is mounted.
    ///
    /// ```
    /// use disco_sdk::prelude::*;
    ///
    /// /// Searches the whole archive.
    /// #[tool(read_only)]
    /// fn search(q: String, limit: u32) -> String {
    ///     format!("the first {limit} about {q}")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
    /// let archive = Server::new("archive", "1.0.0").with(tools![search]).tool("search", |tool| {
    ///     tool.with_name("find").with_renamed_argument("q", "words").with_pinned_argument("limit", 10)
    /// });
    /// let client = Server::new("office", "1.0.0").mount("archive", archive).client().await?;
    /// let found = client.call("archive_find", serde_json::json!({"words": "Rust"})).await?;
    /// assert_eq!(found.text(), "the first 10 about Rust");
    /// # Ok(()) }
    /// ```
    pub fn tool(mut self, name: &str, change: impl FnOnce(Tool) -> Tool) -> Self {
        match self.catalog.tools.iter().position(|tool| tool.info().name == name) {
            Some(at) => {
                let tool = self.catalog.tools.remove(at);
                self.catalog.tools.insert(at, change(tool));
            }
            None => self.no_such_tool(name),
        }
        self
    }

    /// Takes away a tool that was given before.
    pub fn without_tool(mut self, name: &str) -> Self {
        let before = self.catalog.tools.len();
        self.catalog.tools.retain(|tool| tool.info().name != name);
        if self.catalog.tools.len() == before {
            self.no_such_tool(name);
        }
        self
    }

    fn no_such_tool(&mut self, name: &str) {
        let known = self.catalog.tools.iter().map(|tool| tool.info().name.as_str());
        let hint = nearest(name, known).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
        self.catalog.faults.push(format!("there is no tool `{name}` to be changed{hint}"));
    }
}

/// Another face.
impl Tool {
    /// Calls one of its arguments otherwise: in its schema, in calls, and in what is said of wrong ones.
    #[must_use]
    pub fn with_renamed_argument(self, from: &str, to: &str) -> Self {
        let is_taken = self.has_argument(to);
        let fault = format!("the argument `{from}` cannot be called `{to}`: there is one of this name");
        let mut tool = self.with_face(from, Rule::Rename { to: to.to_owned() });
        if is_taken {
            return tool.with_faults(vec![fault]);
        }
        let schema = &mut tool.info_mut().input_schema;
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            let renamed = std::mem::take(properties).into_iter();
            properties.extend(
                renamed.map(|(name, schema)| (if name == from { to.to_owned() } else { name }, schema)),
            );
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.iter_mut().filter(|name| **name == from).for_each(|name| *name = to.into());
        }
        tool
    }

    /// Gives one of its arguments a value that callers neither see nor change.
    #[must_use]
    pub fn with_pinned_argument(self, name: &str, value: impl Into<Value>) -> Self {
        // A `Value` is always JSON.
        let value = to_raw_value(&value.into()).ok();
        self.with_face(name, Rule::Hide { value }).without_property(name)
    }

    /// Takes an argument away that need not be sent.
    #[must_use]
    pub fn with_hidden_argument(self, name: &str) -> Self {
        let required = self.info().input_schema.get("required").and_then(Value::as_array);
        let is_required = required.is_some_and(|required| required.iter().any(|one| one == name));
        let tool = self.with_face(name, Rule::Hide { value: None }).without_property(name);
        if !is_required {
            return tool;
        }
        tool.with_faults(vec![format!(
            "the argument `{name}` has to be sent and cannot be hidden: pin it to a value"
        )])
    }

    fn has_argument(&self, name: &str) -> bool {
        self.info().input_schema.get("properties").is_some_and(|properties| properties.get(name).is_some())
    }

    fn without_property(mut self, name: &str) -> Self {
        let schema = &mut self.info_mut().input_schema;
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.shift_remove(name);
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|one| one != name);
        }
        self
    }

    fn with_face(self, name: &str, rule: Rule) -> Self {
        let properties = self.info().input_schema.get("properties").and_then(Value::as_object);
        let names: Vec<String> = properties.into_iter().flat_map(|members| members.keys().cloned()).collect();
        if !names.iter().any(|known| known == name) {
            let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let there_are = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return self.with_faults(vec![format!(
                "there is no argument `{name}` to be changed; there are {there_are}"
            )]);
        }
        let name = name.to_owned();
        self.wrapped(|inner| Arc::new(Face::new(inner, names, name, rule)))
    }
}
