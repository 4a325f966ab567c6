//! The description of all routes, in `OpenAPI` 3.1: made of the table that the router is made of.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Route;
use super::refusal::{Failure, status, word};
use crate::error::ErrorCode;

/// What a reader has to know first.
const ABOUT: &str = "The services of the Disco server over HTTP. An operation bears the name of the MCP tool that does \
the same. Answers under `/api` stand in an envelope: `status` is `success`, with `data`, or `error`, with \
`error.code`, `error.message` and `error.suggestion`. What writes takes `application/json` only.";
/// What any request may be refused with.
const ALWAYS: [ErrorCode; 5] = [
    ErrorCode::InvalidRequest,
    ErrorCode::Forbidden,
    ErrorCode::Internal,
    ErrorCode::Busy,
    ErrorCode::Timeout,
];
/// What any request with a body may be refused with.
const WITH_BODY: [ErrorCode; 2] = [ErrorCode::BodyTooLarge, ErrorCode::UnsupportedMediaType];

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the path.
    Path,
    /// Behind the question mark.
    Query,
}

/// The description of one route, while its parts tell of themselves.
pub struct Operation<'a> {
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    codes: Vec<ErrorCode>,
    schemas: &'a mut SchemaGenerator,
}

impl Operation<'_> {
    /// The fields of a struct are parameters.
    pub(super) fn parameters<T: JsonSchema>(&mut self, place: Place) {
        let schema = wished::<T>();
        let required = |name: &str| {
            let names = schema.get("required").and_then(Value::as_array);
            place == Place::Path || names.is_some_and(|names| names.iter().any(|known| known == name))
        };
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut schema = not_null(schema.clone());
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            self.parameters.push(json!({
                "name": name,
                "in": if place == Place::Path { "path" } else { "query" },
                "required": required(name),
                "description": description.unwrap_or_default(),
                "schema": schema,
            }));
        }
    }

    /// The body is JSON of this type.
    pub(super) fn body<T: JsonSchema>(&mut self) {
        let schema = wished::<T>();
        self.body = Some(json!({"required": true, "content": {"application/json": {"schema": schema}}}));
    }

    /// The answer is this type, in the envelope.
    pub(super) fn answers_in_envelope<T: JsonSchema>(&mut self, status: StatusCode) {
        let data = self.schemas.subschema_for::<T>();
        let schema = json!({
            "type": "object",
            "required": ["status", "data"],
            "properties": {"status": {"const": "success"}, "data": data},
        });
        self.answers(status, "application/json", &schema, "Done.");
    }

    /// The answer is this type.
    pub(super) fn answers_plainly<T: JsonSchema>(&mut self, status: StatusCode) {
        let schema = self.schemas.subschema_for::<T>().to_value();
        self.answers(status, "application/json", &schema, "Done.");
    }

    /// The answer is text.
    pub(crate) fn answers_in_text(&mut self, status: StatusCode, kind: &str, description: &str) {
        self.answers(status, kind, &json!({"type": "string"}), description);
    }

    /// The answer is a stream; the schema is that of one event, since 3.1 has no word for a stream of them.
    pub(super) fn answers_in_events(&mut self, status: StatusCode) {
        let text = |description: &str| json!({"type": "string", "description": description});
        let event = json!({
            "type": "object",
            "required": ["event", "data"],
            "properties": {
                "event": text("What happens, in a word."),
                "data": text("The facts, as JSON."),
                "id": text("Where a client that was cut off goes on, as `Last-Event-ID`."),
            },
        });
        self.answers(status, "text/event-stream", &event, "A stream of events.");
    }

    /// It may answer with this error.
    pub(super) fn may_fail(&mut self, code: ErrorCode) {
        self.codes.push(code);
    }

    fn answers(&mut self, status: StatusCode, kind: &str, schema: &Value, description: &str) {
        let answer = self.answers.entry(status.as_u16()).or_insert_with(|| json!({"content": {}}));
        answer["description"] = description.into();
        answer["content"][kind] = json!({"schema": schema});
    }

    fn describe(mut self, route: &Route) -> Value {
        (route.describe)(&mut self);
        let writes = ["POST", "PUT"].contains(&route.method.as_str());
        let with_body: &[ErrorCode] = if writes { &WITH_BODY } else { &[] };
        self.codes.extend(ALWAYS.iter().chain(with_body).chain(&route.codes));
        self.codes.sort_by_key(|code| code.as_str());
        self.codes.dedup();
        let mut statuses: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for code in &self.codes {
            statuses.entry(status(*code).as_u16()).or_default().push(format!("`{}`", word(*code)));
        }
        let failure = self.schemas.subschema_for::<Failure>();
        for (status, mut codes) in statuses {
            codes.sort_unstable();
            codes.dedup();
            let answer = json!({
                "description": codes.join(", "),
                "content": {"application/json": {"schema": failure}},
            });
            self.answers.insert(status, answer);
        }
        let mut operation = json!({
            "operationId": route.name,
            "summary": route.summary,
            "tags": [tag(route.path)],
            "parameters": self.parameters,
            "responses": self.answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect::<Map<_, _>>(),
        });
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        operation
    }
}

impl std::fmt::Debug for Operation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation").field("codes", &self.codes).finish_non_exhaustive()
    }
}

/// The document.
pub(super) fn document(routes: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = settings.into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let operation = Operation {
            parameters: Vec::new(),
            body: None,
            answers: BTreeMap::new(),
            codes: Vec::new(),
            schemas: &mut schemas,
        };
        let described = operation.describe(route);
        paths.entry(route.path).or_default().insert(route.method.as_str().to_lowercase(), described);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Disco",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A coding environment for AI clients.",
            "description": ABOUT,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas.take_definitions(true)},
    })
}

/// What the body of a route has to be, if it has one.
pub(super) fn body_of(document: &Value, route: &Route) -> Value {
    let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
    operation["requestBody"]["content"]["application/json"]["schema"].clone()
}

/// What a caller may send: whole, without references, for programs that do not follow them.
fn wished<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    bound_numbers(&mut schema);
    schema
}

/// Tells how large a number can be, which the words for its kind alone do not.
fn bound_numbers(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let most: Option<u64> = match fields.get("format").and_then(Value::as_str) {
                Some("uint32") => Some(u32::MAX.into()),
                Some("uint" | "uint64") => Some(u64::MAX),
                _ => None,
            };
            if let Some(most) = most {
                fields.entry("maximum").or_insert_with(|| most.into());
            }
            fields.values_mut().for_each(bound_numbers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_numbers),
        _ => {}
    }
}

/// A parameter that may be absent is left out; there is no way to write `null`.
fn not_null(mut schema: Value) -> Value {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.as_object_mut().map(|schema| schema.remove("default"));
    }
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            schema["type"] = kind.clone();
        }
    }
    if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    }
    schema
}

/// The domain that a path belongs to.
fn tag(path: &str) -> &str {
    path.strip_prefix("/api/v1/").and_then(|path| path.split('/').next()).unwrap_or("server")
}
