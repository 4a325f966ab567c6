//! The JSON schema of a type, cut down to what every client accepts.
//!
//! What goes in: no `$schema`, no titles, no number formats, no `null` beside a type (`null` means
//! absent), definitions inlined unless they are recursive, no unknown members. What comes out may be
//! full 2020-12, so only the noise is taken away.

mod dialect;

use schemars::generate::{Contract, SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

/// The trait of schemars and our derive, both of one name.
mod derive {
    // The glob gives way to the name, so the derive of schemars is not seen.
    #[cfg(feature = "macros")]
    pub use disco_macros::JsonSchema;
    pub use schemars::*;
}

#[doc = include_str!("docs/json_schema.md")]
pub use derive::JsonSchema;
pub use dialect::{Breach, Dialect, Rule};
#[cfg(feature = "server")]
pub(crate) use dialect::{Rewriting, Rewritten, Spoken};

/// Makes the schemas of one handler, and gathers what recursive types refer to.
#[derive(Debug)]
pub struct Schemas {
    generator: SchemaGenerator,
    contract: Contract,
}

impl Schemas {
    /// For values that are read.
    #[must_use]
    pub fn input() -> Self {
        Self::new(Contract::Deserialize)
    }

    /// For values that are written.
    #[must_use]
    pub fn output() -> Self {
        Self::new(Contract::Serialize)
    }

    fn new(contract: Contract) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.meta_schema = None;
            settings.inline_subschemas = true;
            settings.contract = contract.clone();
        });
        Self { generator: settings.into_generator(), contract }
    }

    /// The schema of `T`; what it refers to is kept for [`Schemas::definitions`].
    ///
    /// ```
    /// use disco_sdk::schema::Schemas;
    /// assert_eq!(Schemas::input().of::<Option<i64>>(), serde_json::json!({"type": "integer"}));
    /// ```
    pub fn of<T: JsonSchema>(&mut self) -> Value {
        let schema = self.generator.subschema_for::<T>().to_value();
        self.tidied(schema)
    }

    /// What the schemas refer to, by name; empty unless a type is recursive.
    #[must_use]
    pub fn definitions(mut self) -> Map<String, Value> {
        let definitions = self.generator.take_definitions(false);
        definitions.into_iter().map(|(name, schema)| (name, self.tidied(schema))).collect()
    }

    /// `schema` with what it refers to beside it.
    pub(crate) fn complete(self, mut schema: Value) -> Value {
        let definitions = self.definitions();
        if let (false, Some(members)) = (definitions.is_empty(), schema.as_object_mut()) {
            members.insert("$defs".to_owned(), Value::Object(definitions));
        }
        schema
    }

    fn tidied(&self, mut schema: Value) -> Value {
        if schema == Value::Bool(true) {
            return Value::Object(Map::new());
        }
        let is_input = matches!(self.contract, Contract::Deserialize);
        tidy(&mut schema, is_input, false);
        schema
    }
}

/// The schema of `T` as it is read, with its definitions.
#[must_use]
pub fn of_input<T: JsonSchema>() -> Value {
    whole::<T>(Schemas::input())
}

/// The schema of `T` as it is written, with its definitions.
#[must_use]
pub fn of_output<T: JsonSchema>() -> Value {
    whole::<T>(Schemas::output())
}

fn whole<T: JsonSchema>(mut schemas: Schemas) -> Value {
    let schema = schemas.of::<T>();
    schemas.complete(schema)
}

/// `is_part` is set where other schemas speak about the members of the same object.
fn tidy(schema: &mut Value, is_input: bool, is_part: bool) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    members.shift_remove("$schema");
    members.shift_remove("title");
    if is_number_format(members) {
        members.shift_remove("format");
    }
    if is_input {
        forget_null(members);
        if !is_part && is_closed(members) {
            members.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    let has_members = members.contains_key("properties");
    for (key, value) in members.iter_mut() {
        match (key.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Value::Object(schemas)) => {
                for schema in schemas.values_mut() {
                    tidy(schema, is_input, false);
                }
            }
            ("allOf", Value::Array(schemas)) => tidy_all(schemas, is_input, true),
            ("anyOf" | "oneOf", Value::Array(schemas)) => tidy_all(schemas, is_input, is_part || has_members),
            ("prefixItems", Value::Array(schemas)) => tidy_all(schemas, is_input, false),
            ("items" | "additionalProperties" | "contains" | "propertyNames" | "not", schema) => {
                tidy(schema, is_input, false);
            }
            _ => {}
        }
    }
}

fn tidy_all(schemas: &mut [Value], is_input: bool, is_part: bool) {
    for schema in schemas {
        tidy(schema, is_input, is_part);
    }
}

/// `int64`, `uint8`, `double`: what schemars says of numbers. JSON schema knows no such formats.
fn is_number_format(schema: &Map<String, Value>) -> bool {
    let format = schema.get("format").and_then(Value::as_str);
    format.is_some_and(|format| {
        format.starts_with("int") || format.starts_with("uint") || matches!(format, "float" | "double")
    })
}

/// Whether the object lists all its members, and nothing beside it adds to them.
fn is_closed(schema: &Map<String, Value>) -> bool {
    let adds = [
        "additionalProperties",
        "unevaluatedProperties",
        "patternProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "$ref",
    ];
    schema.contains_key("properties") && !adds.iter().any(|key| schema.contains_key(*key))
}

/// Takes `null` out of what may be given: an absent value says the same.
fn forget_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(choices)) = schema.get_mut(key) else {
            continue;
        };
        choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(_)] = choices.as_slice()
            && let Some(Value::Object(only)) = choices.pop()
        {
            schema.shift_remove(key);
            for (key, value) in only {
                schema.entry(key).or_insert(value);
            }
            // What came up may have had a `null` of its own.
            forget_null(schema);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(dead_code, reason = "only the shapes of these types are looked at")]

    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Point {
        x: i64,
        y: Option<u8>,
    }

    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Tree {
        children: Vec<Tree>,
        parent: Option<Box<Tree>>,
    }

    #[derive(Deserialize, Serialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Green,
    }

    #[derive(Deserialize, Serialize, JsonSchema)]
    #[serde(tag = "kind")]
    enum Shape {
        Circle { radius: f64 },
        Dot,
    }

    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Flat {
        name: String,
        #[serde(flatten)]
        shape: Shape,
    }

    #[test]
    fn an_input_struct_is_closed_and_knows_no_null() {
        assert_eq!(
            Schemas::input().of::<Point>(),
            json!({
                "type": "object",
                "properties": {
                    "x": {"type": "integer"},
                    "y": {"type": "integer", "minimum": 0, "maximum": 255},
                },
                "required": ["x"],
                "additionalProperties": false,
            })
        );
    }

    #[test]
    fn an_output_struct_may_hold_null() {
        let schema = of_output::<Point>();
        assert_eq!(schema["properties"]["y"]["type"], json!(["integer", "null"]));
        assert_eq!(schema.get("additionalProperties"), None);
        assert_eq!(schema["properties"]["x"], json!({"type": "integer"}));
    }

    #[test]
    fn an_optional_enum_is_the_enum() {
        let schema = Schemas::input().of::<Option<Colour>>();
        assert_eq!(schema, json!({"type": "string", "enum": ["red", "green"]}));
    }

    #[test]
    fn only_recursive_types_are_definitions() {
        let mut schemas = Schemas::input();
        let tree = schemas.of::<Tree>();
        let definitions = schemas.definitions();
        assert!(tree.to_string().contains("#/$defs/Tree"), "{tree}");
        assert_eq!(definitions.keys().collect::<Vec<_>>(), ["Tree"]);
        let mut schemas = Schemas::input();
        schemas.of::<Point>();
        assert!(schemas.definitions().is_empty());
    }

    #[test]
    fn an_object_made_of_parts_stays_open() {
        let schema = Schemas::input().of::<Flat>();
        assert!(!schema.to_string().contains(r#""additionalProperties":false"#), "{schema}");
        let tagged = Schemas::input().of::<Shape>();
        assert_eq!(tagged["oneOf"][0]["additionalProperties"], json!(false));
    }

    #[test]
    fn any_value_is_the_empty_schema() {
        assert_eq!(Schemas::input().of::<Value>(), json!({}));
    }
}
