//! Forms: what [`Context::ask`](crate::Context::ask) asks a person for.
//!
//! A form is flat, since every client has to be able to show it: texts, numbers, switches, choices.
//! Specification: client/elicitation, "requested schema".

use std::fmt;

use serde_json::{Map, Value};

mod check;
mod choice;
mod field;

pub use choice::{Choice, Options};
pub use field::{Field, FieldSchema};

/// What the one field of a bare value is called.
const BARE: &str = "value";

#[doc = include_str!("../../docs/form.md")]
#[diagnostic::on_unimplemented(
    message = "a person cannot be asked for `{Self}`",
    label = "not a form",
    note = "put `#[derive(Form)]` on a struct of texts, numbers, `bool`s and enums; one of these alone needs no struct"
)]
pub trait Form: Sized + 'static {
    /// The fields, in the order in which they are shown.
    fn schema() -> FormSchema;

    /// Reads what the person has filled in. Every field keeps its bounds.
    ///
    /// # Errors
    /// The field, and what does not fit, in words for the person.
    fn read(content: Map<String, Value>) -> Result<Self, String>;
}

/// The fields of a form, in order: the `requestedSchema` of the specification.
///
/// ```
/// use disco_sdk::form::{Field, FormSchema};
///
/// let form = FormSchema::new().with("nights", u8::field().with_range(1..=14));
/// assert_eq!(form.to_json()["properties"]["nights"]["maximum"], 14);
/// assert_eq!(form.to_json()["required"][0], "nights");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormSchema {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl FormSchema {
    /// A form without fields: all that can be said is yes or no.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more field.
    #[must_use]
    pub fn with<T>(mut self, name: &str, field: FieldSchema<T>) -> Self {
        let (schema, may_be_absent) = field.into_parts();
        if !may_be_absent {
            self.required.push(name.into());
        }
        self.properties.insert(name.to_owned(), schema.into());
        self
    }

    /// As it goes to the client.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), self.properties.clone().into());
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.clone().into());
        }
        schema.into()
    }

    /// Reads what the person has filled in. What was left out is its default.
    pub(crate) fn read<T: Form>(&self, content: &Map<String, Value>) -> Result<T, String> {
        let mut content = content.clone();
        content.retain(|_, value| !value.is_null());
        for (name, field) in &self.properties {
            match (content.get(name), field.get("default")) {
                (Some(value), _) => {
                    check::check(field, value).map_err(|words| format!("{name}: {words}"))?;
                }
                (None, Some(default)) => _ = content.insert(name.clone(), default.clone()),
                (None, None) if self.required.iter().any(|required| required == name) => {
                    return Err(format!("{name}: is missing"));
                }
                (None, None) => {}
            }
        }
        T::read(content)
    }
}

impl fmt::Display for FormSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_json().fmt(f)
    }
}

/// A bare value is asked for as the one field `value`.
#[diagnostic::do_not_recommend]
impl<T: Field> Form for T {
    fn schema() -> FormSchema {
        FormSchema::new().with(BARE, T::field())
    }

    fn read(mut content: Map<String, Value>) -> Result<Self, String> {
        T::read(content.remove(BARE)).map_err(|words| format!("{BARE}: {words}"))
    }
}

/// Nothing but a yes.
impl Form for () {
    fn schema() -> FormSchema {
        FormSchema::new()
    }

    fn read(_: Map<String, Value>) -> Result<Self, String> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
