//! A tool whose input schema is written by hand, with all that JSON Schema 2020-12 has.

use disco_sdk::prelude::*;
use disco_sdk::server::tool::Tool;
use disco_sdk::{BoxFuture, Context};
use serde_json::json;

/// Takes a person who is reached by phone or by e-mail.
pub(crate) fn json_schema_2020_12_tool() -> Tool {
    let answer = |_: &Context, _: Option<&_>| -> BoxFuture<'static, Result<ToolOutput>> {
        Box::pin(async { Ok(ToolOutput::text("The schema is what counts here.")) })
    };
    Tool::new("json_schema_2020_12_tool", answer)
        .with_description("Has an input schema that uses what JSON Schema 2020-12 offers.")
        .with_input_schema(json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {
                "address": {
                    "$anchor": "addressDef",
                    "type": "object",
                    "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
                },
            },
            "properties": {
                "name": {"type": "string"},
                "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"},
                "email": {"type": "string"},
            },
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false,
        }))
}
