//! What a handler's parameters may be: values of the call, and arguments that the caller sends.

use std::any::TypeId;
use std::fmt;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::args::{Fault, Flattened, Shape, absent, decode};
use super::bound::Bound;
use super::bound::length::Measured;
use super::bound::listed::Listed;
use super::bound::pattern::Textual;
use super::bound::range::Ranged;
use super::context::Context;
use super::mirror;
use super::resource::template::Found;
use crate::error::Result;
use crate::schema::Schemas;

/// State that a handler needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its type.
    pub type_id: TypeId,
    /// The name of its type, for people.
    pub type_name: &'static str,
}

impl Need {
    /// The need of a state of type `T`.
    #[must_use]
    pub fn of<T: 'static>() -> Self {
        Self { type_id: TypeId::of::<T>(), type_name: std::any::type_name::<T>() }
    }
}

/// A value of the call: a parameter that the caller does not send and the schema does not show.
///
/// [`Context`] and [`State`](super::state::State) are such values; implement it for your own. A type
/// that is one must not be `Deserialize + JsonSchema` too: the compiler could not choose.
///
/// ```
/// use disco_sdk::prelude::*;
/// use disco_sdk::FromCall;
///
/// /// Which revision the caller speaks.
/// struct Revision(String);
///
/// impl FromCall for Revision {
///     fn from_call(cx: &Context) -> Result<Self> {
///         let _ = cx;
///         Ok(Self("the newest".to_owned()))
///     }
/// }
///
/// /// Tells the caller how it speaks.
/// #[tool]
/// fn revision(revision: Revision, loudly: bool) -> String {
///     if loudly { revision.0.to_uppercase() } else { revision.0 }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of the call",
    label = "only a value of the call can be borrowed or injected",
    note = "take an argument owned, as `{Self}`; implement `disco_sdk::FromCall` for values of the call"
)]
pub trait FromCall: Sized {
    /// Takes the value out of the call.
    ///
    /// # Errors
    /// Fails the call, as if the handler itself had failed so.
    fn from_call(cx: &Context) -> Result<Self>;

    /// The state that has to be there; `build()` checks it.
    #[must_use]
    fn needs() -> Vec<Need> {
        Vec::new()
    }
}

#[diagnostic::do_not_recommend]
impl FromCall for Context {
    fn from_call(cx: &Context) -> Result<Self> {
        Ok(cx.clone())
    }
}

/// Says that a [`Param`] is a value of the call.
#[derive(Debug)]
pub struct ViaCall;

/// Says that a [`Param`] is read from JSON.
#[derive(Debug)]
pub struct ViaJson;

/// What a tool's parameter may be: a value of the call, or an argument that is read from JSON.
///
/// Which of the two is told by the traits that the type has, never by its name, so aliases work.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tool parameter",
    label = "neither readable from JSON nor part of the call",
    note = "add `#[derive(serde::Deserialize, disco_sdk::JsonSchema)]` to `{Self}`, or to the type in it"
)]
pub trait Param<Via>: Sized {
    #[doc(hidden)]
    fn source() -> Source<Self>;
}

impl<T: FromCall> Param<ViaCall> for T {
    fn source() -> Source<Self> {
        Source::from_call()
    }
}

impl<T: DeserializeOwned + JsonSchema> Param<ViaJson> for T {
    fn source() -> Source<Self> {
        Source::Json { schema: Schemas::of::<T>, decode: decode::<T>, absent: absent::<T> }
    }
}

/// Where a parameter comes from.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "there is nothing to see in it")]
pub enum Source<T> {
    /// The call itself.
    Call { from_call: fn(&Context) -> Result<T>, needs: fn() -> Vec<Need> },
    /// A member of a JSON object.
    Json {
        schema: fn(&mut Schemas) -> Value,
        decode: fn(&str) -> Result<T, Fault>,
        absent: fn() -> Option<T>,
    },
    /// One text: an argument of a prompt, or a variable of a URI template.
    Text {
        parse: fn(&str) -> Result<T, String>,
        absent: fn() -> Option<T>,
        /// All that can be read; empty if that is too much to tell.
        choices: fn() -> Vec<String>,
    },
    /// Several texts: what stands at a variable of a URI, whose name is told.
    Texts { read: fn(&Found, &str) -> Result<T, String>, absent: fn() -> Option<T> },
}

impl<T: FromCall> Source<T> {
    pub(crate) fn from_call() -> Self {
        Self::Call { from_call: T::from_call, needs: T::needs }
    }
}

/// One parameter of a handler: all that is said of it, once.
pub struct Parameter<T> {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) source: Source<T>,
    pub(crate) default: Option<fn() -> T>,
    pub(crate) is_flattened: bool,
    default_json: Option<Value>,
    header: Option<&'static str>,
    example: Option<Value>,
    bounds: Vec<Bound<T>>,
    fault: Option<String>,
    shape: OnceLock<Shape>,
}

impl<T> fmt::Debug for Parameter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T> Parameter<T> {
    pub(crate) fn new(name: &'static str, description: &'static str, source: Source<T>) -> Self {
        Self {
            name,
            description,
            source,
            default: None,
            is_flattened: false,
            default_json: None,
            header: None,
            example: None,
            bounds: Vec::new(),
            fault: None,
            shape: OnceLock::new(),
        }
    }

    /// What it is when the caller does not send it, and the same as JSON for the schema.
    #[must_use]
    pub fn with_default(mut self, default: fn() -> T, json: fn(&T) -> Option<Value>) -> Self {
        self.default_json = json(&default());
        self.default = Some(default);
        self
    }

    /// The numbers that it may be.
    #[must_use]
    pub fn with_range(mut self, range: impl std::ops::RangeBounds<T::Number>) -> Self
    where
        T: Ranged,
    {
        self.bounds.push(Bound::range(&range));
        self
    }

    /// How many characters or items it may have.
    #[must_use]
    pub fn with_length(mut self, range: impl std::ops::RangeBounds<usize>) -> Self
    where
        T: Measured,
    {
        self.bounds.push(Bound::length(&range));
        self
    }

    /// What its text has to fit.
    #[must_use]
    pub fn with_pattern(mut self, pattern: &str) -> Self
    where
        T: Textual,
    {
        match Bound::pattern(pattern) {
            Ok(bound) => self.bounds.push(bound),
            Err(words) => self.fault = Some(format!("`{pattern}` is no pattern: {words}")),
        }
        self
    }

    /// All that it may be.
    #[must_use]
    pub fn with_one_of<const N: usize>(mut self, items: [T::Item; N]) -> Self
    where
        T: Listed,
    {
        self.bounds.push(Bound::one_of(items.into()));
        self
    }

    /// A value that it may have, for those who read the schema.
    #[must_use]
    pub fn with_example(mut self, example: fn() -> T, json: fn(&T) -> Option<Value>) -> Self {
        self.example = json(&example());
        self
    }

    /// That its members stand among the arguments, without its name.
    #[must_use]
    pub fn flattened(mut self) -> Self {
        self.is_flattened = true;
        self
    }

    /// What its schema knows of its values.
    pub(crate) fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let mut schemas = Schemas::input();
            let schema = self.schema(&mut schemas).unwrap_or_default();
            Shape::of(schemas.complete(schema), !self.bounds.is_empty())
        })
    }

    /// What is demanded of the value, and not kept by it.
    pub(crate) fn broken(&self, value: &T) -> Option<&Bound<T>> {
        self.bounds.iter().find(|bound| !bound.allows(value))
    }

    /// Lets HTTP clients say it in the header `Mcp-Param-{header}` too, for whatever routes by it.
    #[must_use]
    pub fn with_header(mut self, header: &'static str) -> Self {
        self.header = Some(header);
        self
    }

    /// What it is when the caller does not send it.
    pub(crate) fn absent(&self) -> Option<T> {
        match (self.default, &self.source) {
            (Some(default), _) => Some(default()),
            (
                None,
                Source::Json { absent, .. } | Source::Text { absent, .. } | Source::Texts { absent, .. },
            ) => absent(),
            (None, Source::Call { .. }) => None,
        }
    }
}

/// A parameter whose type does not matter: what a list shows of it.
#[doc(hidden)]
pub trait Describe {
    /// Its name; `None` for a value of the call.
    fn argument_name(&self) -> Option<&'static str>;
    fn description(&self) -> &'static str;
    /// Its schema; `None` for all that is not read from JSON.
    fn schema(&self, schemas: &mut Schemas) -> Option<Value>;
    fn is_required(&self) -> bool;
    /// Its members, if they stand among the arguments; an error if it can have none.
    fn members(&self, schemas: &mut Schemas) -> Option<std::result::Result<Flattened, String>>;
    /// All texts that it can be read from; empty if that is not known.
    fn choices(&self) -> Vec<String>;
    fn needs(&self) -> Vec<Need>;
    /// What is wrong with what is said of it, with its name.
    fn fault(&self) -> Option<String>;
}

impl<T> Describe for Parameter<T> {
    fn argument_name(&self) -> Option<&'static str> {
        match self.source {
            Source::Call { .. } => None,
            _ if self.is_flattened => None,
            _ => Some(self.name),
        }
    }

    fn description(&self) -> &'static str {
        self.description
    }

    fn schema(&self, schemas: &mut Schemas) -> Option<Value> {
        let Source::Json { schema, .. } = self.source else {
            return None;
        };
        let mut schema = schema(schemas);
        if let Some(members) = schema.as_object_mut() {
            if !self.description.is_empty() {
                members.insert("description".to_owned(), self.description.into());
            }
            for bound in &self.bounds {
                bound.describe(members);
            }
            if let Some(default) = &self.default_json {
                members.insert("default".to_owned(), default.clone());
            }
            if let Some(example) = &self.example {
                members.insert("examples".to_owned(), vec![example.clone()].into());
            }
            if let Some(header) = self.header {
                members.insert(mirror::MARK.to_owned(), header.into());
            }
        }
        Some(schema)
    }

    fn is_required(&self) -> bool {
        self.absent().is_none()
    }

    fn members(&self, schemas: &mut Schemas) -> Option<std::result::Result<Flattened, String>> {
        let schema = self.schema(schemas).filter(|_| self.is_flattened)?;
        Some(match Flattened::of(schema) {
            Some(mut flattened) => {
                if !self.is_required() {
                    flattened.required.clear();
                }
                Ok(flattened)
            }
            None => Err(format!(
                "argument `{}`: only a struct whose members are all known can be flattened",
                self.name
            )),
        })
    }

    fn choices(&self) -> Vec<String> {
        let Source::Text { choices, .. } = self.source else {
            return Vec::new();
        };
        match self.bounds.iter().find_map(Bound::listed) {
            Some(listed) => listed
                .iter()
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect(),
            None => choices(),
        }
    }

    fn needs(&self) -> Vec<Need> {
        match self.source {
            Source::Call { needs, .. } => needs(),
            _ => Vec::new(),
        }
    }

    fn fault(&self) -> Option<String> {
        self.fault.as_ref().map(|fault| format!("argument `{}`: {fault}", self.name))
    }
}

/// The default of a parameter as JSON, if its type can be written.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "nobody ever holds one")]
pub struct Written<'a, T>(pub &'a T);

impl<T: Serialize> Written<'_, T> {
    /// The JSON.
    #[must_use]
    pub fn written_as_json(self) -> Option<Value> {
        serde_json::to_value(self.0).ok()
    }
}

/// The same for a type that cannot be written.
#[doc(hidden)]
pub trait NotWritten: Sized {
    fn written_as_json(self) -> Option<Value> {
        None
    }
}

impl<T> NotWritten for Written<'_, T> {}
