//! Parameters whose members stand among the arguments: `#[arg(flatten)]`.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The members of a flattened parameter, and those that have to be there.
#[derive(Debug, Default)]
pub struct Flattened {
    pub(crate) properties: Map<String, Value>,
    pub(crate) required: Vec<String>,
}

impl Flattened {
    /// Those of a struct; `None` if the schema is none of a struct whose members are all known, which is
    /// all that every client can be told beside other arguments.
    pub(crate) fn of(mut schema: Value) -> Option<Self> {
        let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        let Some(Value::Object(properties)) = schema.get_mut("properties").map(Value::take) else {
            return None;
        };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let required = required.filter_map(Value::as_str).map(str::to_owned).collect();
        is_closed.then_some(Self { properties, required })
    }
}

/// The members of the parameter at `index` as one object; `None` if there is none.
pub(super) fn object(
    given: &[(usize, &RawValue)],
    names: &[(String, usize)],
    index: usize,
) -> Option<String> {
    let mut object = String::new();
    for (name, value) in given {
        let Some((name, _)) = names.get(*name).filter(|(_, parameter)| *parameter == index) else {
            continue;
        };
        object.push(if object.is_empty() { '{' } else { ',' });
        object.push_str(&Value::from(name.as_str()).to_string());
        object.push(':');
        object.push_str(value.get());
    }
    (!object.is_empty()).then(|| object + "}")
}
