//! What the parameters of a tool say together: its schema, and the slots that a call fills.

use std::sync::Arc;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::BoxFuture;
use super::args::Arguments;
use super::args::read::Names;
use super::context::Context;
use super::output::{Output, Returning, ToolOutput};
use super::param::Describe;
use super::particulars::Particulars;
use super::patterns;
use super::tool::Tool;
use crate::error::Result;
use crate::schema::Schemas;

/// What the parameters of a tool say together.
#[derive(Debug)]
pub struct Inputs<const N: usize> {
    tool: &'static str,
    names: [Option<&'static str>; N],
    said: Said,
}

/// What does not hang on how many they are.
#[derive(Debug)]
struct Said {
    /// The members of flattened parameters, each with the index of its parameter.
    flattened: Vec<(String, usize)>,
    schema: Value,
    particulars: Particulars,
}

impl<const N: usize> Inputs<N> {
    /// Asks each of them.
    #[must_use]
    pub fn of(tool: &'static str, parameters: [&dyn Describe; N]) -> Self {
        Self { tool, names: parameters.map(Describe::argument_name), said: Said::by(&parameters) }
    }

    /// The same with how a result becomes an answer.
    pub fn returning<O>(self, output: O) -> Returning<Self, O> {
        Returning { inputs: self, output }
    }
}

impl Said {
    fn by(parameters: &[&dyn Describe]) -> Self {
        let mut schemas = Schemas::input();
        let (mut properties, mut required) = (Map::new(), Vec::new());
        let mut flattened = Vec::new();
        let mut particulars = Particulars::of(parameters);
        let faults = &mut particulars.faults;
        for (index, parameter) in parameters.iter().enumerate() {
            match parameter.members(&mut schemas) {
                Some(Ok(members)) => {
                    flattened.extend(members.properties.keys().map(|name| (name.clone(), index)));
                    required.extend(members.required);
                    let twins = members.properties.keys().filter(|name| properties.contains_key(*name));
                    faults.extend(twins.map(|name| format!("two arguments are called `{name}`")));
                    properties.extend(members.properties);
                }
                Some(Err(fault)) => faults.push(fault),
                None => {
                    let (Some(name), Some(schema)) =
                        (parameter.argument_name(), parameter.schema(&mut schemas))
                    else {
                        continue;
                    };
                    if properties.insert(name.to_owned(), schema).is_some() {
                        faults.push(format!("two arguments are called `{name}`"));
                    }
                    if parameter.is_required() {
                        required.push(name.to_owned());
                    }
                }
            }
        }
        let schema = schemas.complete(object_schema(properties, required));
        faults.extend(patterns::fault(&schema));
        Self { flattened, schema, particulars }
    }
}

impl<R: 'static, T: 'static, const N: usize> Returning<Inputs<N>, Output<R, T>> {
    /// A tool that takes these arguments. `call` gets them in their slots.
    pub fn tool<F>(self, call: F) -> Tool
    where
        F: for<'a> Fn(Output<R, T>, Arguments<'a, N>) -> BoxFuture<'static, Result<ToolOutput>>
            + Send
            + Sync
            + 'static,
    {
        let Self { inputs: Inputs { tool: name, names, said }, output } = self;
        let Said { flattened, schema, particulars } = said;
        let handler = move |cx: &Context, arguments: Option<&RawValue>| {
            let names = Names { slots: &names, flattened: &flattened };
            call(output, Arguments::read(cx, arguments, names))
        };
        Tool::of(name.to_owned(), schema, Arc::new(handler), particulars).with_output_schema(output.schema())
    }
}

/// The schema of an object that has these members and no other.
pub(super) fn object_schema(properties: Map<String, Value>, required: Vec<String>) -> Value {
    let mut schema = Map::with_capacity(4);
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), false.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    Value::Object(schema)
}
