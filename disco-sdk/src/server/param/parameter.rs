//! One parameter of a handler, and what a list shows of it.

use std::fmt;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::{Need, Rich, Source};
use crate::schema::Schemas;
use crate::server::args::{Flattened, Shape};
use crate::server::ask::CanAsk;
use crate::server::bound::Bound;
use crate::server::bound::length::Measured;
use crate::server::bound::listed::Listed;
use crate::server::bound::pattern::Textual;
use crate::server::bound::range::Ranged;
use crate::server::mirror;

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
    rich: Option<&'static Rich>,
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
        let rich = match source {
            Source::Json { rich, .. } => rich,
            _ => None,
        };
        Self {
            name,
            description,
            source,
            rich,
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
        let value = default();
        self.default_json = json(&value);
        self.default = Some(default);
        self.keeps_its_bounds("default", &value)
    }

    /// The numbers that it may be.
    #[must_use]
    pub fn with_range(mut self, range: impl std::ops::RangeBounds<T::Number>) -> Self
    where
        T: Ranged,
    {
        self.bounds.push(Bound::range(&range));
        self.rich = Some(Rich::YES);
        self
    }

    /// How many characters or items it may have.
    #[must_use]
    pub fn with_length(mut self, range: impl std::ops::RangeBounds<usize>) -> Self
    where
        T: Measured,
    {
        self.bounds.push(Bound::length(&range));
        self.rich = Some(Rich::YES);
        self
    }

    /// What its text has to fit.
    #[must_use]
    pub fn with_pattern(mut self, pattern: &str) -> Self
    where
        T: Textual,
    {
        self.rich = Some(Rich::YES);
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
        self.rich = Some(Rich::YES);
        self
    }

    /// A value that it may have, for those who read the schema.
    #[must_use]
    pub fn with_example(mut self, example: fn() -> T, json: fn(&T) -> Option<Value>) -> Self {
        let value = example();
        self.example = json(&value);
        self.rich = Some(Rich::YES);
        self.keeps_its_bounds("example", &value)
    }

    /// What is said of the values has to be true of those that are written beside it.
    fn keeps_its_bounds(mut self, which: &str, value: &T) -> Self {
        if let Some(bound) = self.broken(value) {
            self.fault = Some(format!("its {which} is not {}", bound.words()));
        }
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
            let looking = self.rich.map(|rich| rich.looking);
            Shape::of(schemas.complete(schema), !self.bounds.is_empty(), looking)
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
        self.rich = Some(Rich::YES);
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
    fn members(&self, schemas: &mut Schemas) -> Option<Result<Flattened, String>>;
    /// All texts that it can be read from; empty if that is not known.
    fn choices(&self) -> Vec<String>;
    fn needs(&self) -> Vec<Need>;
    /// Whether it lets the handler ask.
    fn can_ask(&self) -> Option<CanAsk>;
    /// What it needs, if it is not plain.
    fn rich(&self) -> Option<&'static Rich>;
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
        let bounds = &|members: &mut _| self.bounds.iter().for_each(|bound| bound.describe(members));
        let (default, example) = (self.default_json.as_ref(), self.example.as_ref());
        describe(&mut schema, self.description, bounds, (default, example), self.header);
        Some(schema)
    }

    fn is_required(&self) -> bool {
        self.absent().is_none()
    }

    fn members(&self, schemas: &mut Schemas) -> Option<Result<Flattened, String>> {
        if !self.is_flattened {
            return None;
        }
        let schema = self.schema(schemas)?;
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

    fn can_ask(&self) -> Option<CanAsk> {
        match self.source {
            Source::Call { can_ask, .. } => Some(can_ask),
            _ => None,
        }
    }

    fn rich(&self) -> Option<&'static Rich> {
        self.rich
    }

    fn fault(&self) -> Option<String> {
        self.fault.as_ref().map(|fault| format!("argument `{}`: {fault}", self.name))
    }
}

/// Says in a schema what is said of the parameter, whatever its type.
fn describe(
    schema: &mut Value,
    description: &str,
    bounds: &dyn Fn(&mut Map<String, Value>),
    (default, example): (Option<&Value>, Option<&Value>),
    header: Option<&str>,
) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    let say = |members: &mut Map<_, _>, key: &str, value: Option<Value>| {
        members.extend(value.map(|value| (key.to_owned(), value)));
    };
    say(members, "description", Some(description).filter(|words| !words.is_empty()).map(Value::from));
    bounds(members);
    say(members, "default", default.cloned());
    say(members, "examples", example.map(|example| vec![example.clone()].into()));
    say(members, mirror::MARK, header.map(Value::from));
}
