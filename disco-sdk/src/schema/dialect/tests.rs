//! The rules by what was reported as refused, and what is made of each.

#![expect(clippy::needless_pass_by_value, reason = "schemas are handed over as `json!` makes them")]

use serde_json::{Value, json};

use super::read_back::read_back;
use super::{Dialect, Rule};

/// The arguments of a tool with one parameter `a`.
fn arguments(a: Value) -> Value {
    json!({"type": "object", "properties": {"a": a}, "required": ["a"], "additionalProperties": false})
}

fn rules(dialect: Dialect, schema: &Value) -> Vec<(String, Rule)> {
    dialect.check(schema).into_iter().map(|breach| (breach.pointer, breach.rule)).collect()
}

/// What is made of the parameter.
fn rewritten(dialect: Dialect, a: Value) -> Value {
    dialect.rewrite(&arguments(a))["properties"]["a"].clone()
}

#[test]
fn what_users_report_as_refused_is_named_with_its_place_and_mended() {
    use Dialect::{Claude, Cursor, Gemini, OpenAi};
    let keyword = |name: &str| Rule::Keyword(name.to_owned());
    let nullable = json!({"type": ["array", "null"], "items": {"type": "string"}});
    let tagged = json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "Either."});
    let reference = json!({"$ref": "#/$defs/City", "description": "The city."});
    let reported: &[(Dialect, Value, &str, Rule)] = &[
        // google-gemini/gemini-cli#21094, sbroenne/mcp-server-excel#674
        (Gemini, nullable.clone(), "/type", Rule::Types),
        (Cursor, nullable, "/type", Rule::Types),
        // taylorwilsdon/google_workspace_mcp#1099
        (Gemini, json!({"const": "insert_text", "type": "string"}), "/const", keyword("const")),
        // anomalyco/opencode#15795, lambda-alpha-labs/Graphenium#37
        (Gemini, tagged.clone(), "", Rule::Beside("anyOf".to_owned())),
        (Cursor, tagged, "", Rule::Beside("anyOf".to_owned())),
        // googleapis/python-genai#1122, google-gemini/gemini-cli#13326
        (Gemini, reference.clone(), "/$ref", keyword("$ref")),
        (Claude, reference.clone(), "/$ref", keyword("$ref")),
        // camel-ai/camel#3001
        (OpenAi, reference, "", Rule::Beside("$ref".to_owned())),
        // google-gemini/gemini-cli#3178
        (Gemini, json!({"type": "string", "format": "uri"}), "/format", Rule::Format("uri".to_owned())),
        // diegosouzapw/OmniRoute#760, weave-os/router#65
        (Gemini, json!({"type": "integer", "enum": [1, 2]}), "/enum", Rule::EnumOfOthers),
        (
            Gemini,
            json!({"type": "integer", "exclusiveMinimum": 0}),
            "/exclusiveMinimum",
            keyword("exclusiveMinimum"),
        ),
        // decolua/9router#359
        (Gemini, json!({"enum": ["a", "b"]}), "", Rule::Untyped),
        // MarkusPfundstein/mcp-obsidian#21
        (Gemini, json!({"type": "object"}), "", Rule::Open),
        // anomalyco/opencode#48073
        (Gemini, json!({"type": "array"}), "", Rule::Open),
        // github/copilot-cli#4623
        (Gemini, json!(true), "", Rule::Boolean),
        // spring-projects/spring-ai#6865
        (OpenAi, json!({"type": "object", "properties": {"b": {"type": "string"}}}), "", Rule::NotClosed),
        // mastra-ai/mastra#23321
        (
            OpenAi,
            json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true}),
            "/uniqueItems",
            keyword("uniqueItems"),
        ),
        (OpenAi, json!({"type": "string", "minLength": 1}), "/minLength", keyword("minLength")),
        (OpenAi, json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}), "/oneOf", keyword("oneOf")),
        (OpenAi, json!({"type": "object", "additionalProperties": {"type": "string"}}), "", Rule::Open),
    ];
    for (dialect, a, place, rule) in reported {
        let mut schema = arguments(a.clone());
        schema["$defs"] = json!({"City": {"type": "object", "properties": {"name": {"type": "string"}}}});
        if matches!(dialect, Gemini | Claude | Cursor) && a.get("$ref").is_none() {
            schema.as_object_mut().unwrap().remove("$defs");
        }
        let found = rules(*dialect, &schema);
        let expected = (format!("/properties/a{place}"), rule.clone());
        assert!(found.contains(&expected), "{dialect}: {expected:?} is not in {found:?}");
        let mended = dialect.rewrite(&schema);
        assert_eq!(dialect.check(&mended), [], "{dialect}: {mended}");
    }
}

#[test]
fn the_whole_is_one_object() {
    let either = |kind: &str| {
        let shape = |tag: &str, member: &str| {
            json!({
                "type": "object",
                "properties": {"kind": {"type": "string", "const": tag}, member: {"type": "string"}},
                "required": ["kind", member],
                "additionalProperties": false,
            })
        };
        json!({"type": "object", kind: [shape("one", "url"), shape("two", "file")]})
    };
    for dialect in [Dialect::Claude, Dialect::OpenAi, Dialect::Gemini, Dialect::Cursor, Dialect::Common] {
        for kind in ["oneOf", "anyOf"] {
            // anthropics/claude-code#40075
            assert!(rules(dialect, &either(kind)).contains(&(String::new(), Rule::Root)), "{dialect}");
            let whole = dialect.rewrite(&either(kind));
            assert_eq!(dialect.check(&whole), [], "{dialect}: {whole}");
            let members: Vec<_> = whole["properties"].as_object().unwrap().keys().collect();
            assert_eq!(members, ["kind", "url", "file"], "{dialect}");
        }
    }
    let whole = Dialect::Gemini.rewrite(&either("oneOf"));
    assert_eq!(whole["properties"]["kind"], json!({"type": "string", "enum": ["one", "two"]}));
    assert_eq!(whole["required"], json!(["kind"]));
    assert_eq!(whole["description"], "one of these together: kind: \"one\", url; kind: \"two\", file");
    // Claude takes the rest as it is.
    let claude = Dialect::Claude.rewrite(&json!({
        "type": "object",
        "properties": {"a": {"oneOf": [{"const": 1}, {"type": "null"}], "description": "One or none."}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }));
    assert_eq!(claude["properties"]["a"]["oneOf"][0], json!({"const": 1}));
}

#[test]
fn names_are_measured_with_what_clients_put_before_them() {
    let schema = arguments(json!({"type": "string"}));
    let check = |dialect: Dialect, server: &str, tool: &str| -> Vec<Rule> {
        let breaches = dialect.check_all(server, [(tool, &schema)]);
        assert!(breaches.iter().all(|breach| breach.tool.as_deref() == Some(tool)));
        breaches.into_iter().map(|breach| breach.rule).collect()
    };
    // ComposioHQ/composio#2788: 1 + 59 characters are too many.
    let long = "GOOGLESHEETS_SPREADSHEETS_VALUES_BATCH_CLEAR_BY_DATA_FILTER";
    assert_eq!(check(Dialect::Cursor, "g", long), [Rule::LongName(59)]);
    // PostHog/posthog#51483: beside `posthog`, 52 are the most.
    assert_eq!(check(Dialect::Cursor, "posthog", &"n".repeat(52)), []);
    assert_eq!(check(Dialect::Cursor, "posthog", &"n".repeat(53)), [Rule::LongName(59)]);
    assert_eq!(check(Dialect::Claude, "server", &"n".repeat(51)), []);
    assert_eq!(check(Dialect::Claude, "server", &"n".repeat(52)), [Rule::LongName(64)]);
    assert_eq!(check(Dialect::OpenAi, "server", &"n".repeat(64)), []);
    assert_eq!(check(Dialect::OpenAi, "server", &"n".repeat(65)), [Rule::LongName(64)]);
    for dialect in [Dialect::Claude, Dialect::OpenAi, Dialect::Cursor] {
        assert!(matches!(check(dialect, "s", "files.read").as_slice(), [Rule::ToolName(_)]), "{dialect}");
    }
    assert_eq!(check(Dialect::Gemini, "s", "files.read"), []);
    assert!(matches!(check(Dialect::Gemini, "s", "9lives").as_slice(), [Rule::ToolName(_)]));
    let member = json!({"type": "object", "properties": {"a b": {"type": "string"}}});
    assert_eq!(rules(Dialect::Claude, &member), [("/properties/a b".to_owned(), Rule::MemberName)]);
    let many = |count: usize| (0..count).map(|_| ("tool", &schema));
    let too_many = Dialect::Cursor.check_all("s", many(81));
    assert_eq!(too_many.last().unwrap().to_string(), "there are more than 80 tools");
    assert_eq!(Dialect::Cursor.check_all("s", many(80)), []);
    assert_eq!(Dialect::Full.check_all("s", [("a tool", &json!(true))]), []);
}

#[test]
fn openai_counts_levels_members_and_values() {
    let mut deep = json!({"type": "string"});
    for _ in 0..10 {
        deep = json!({"type": "array", "items": deep});
    }
    assert_eq!(rules(Dialect::OpenAi, &arguments(deep.clone())), [(String::new(), Rule::Deep(10))]);
    assert_eq!(rules(Dialect::OpenAi, &arguments(deep["items"].clone())), []);
    let values: Vec<String> = (0..1_001).map(|at| at.to_string()).collect();
    let many = arguments(json!({"type": "string", "enum": values}));
    assert_eq!(rules(Dialect::OpenAi, &many), [(String::new(), Rule::Large(1_000))]);
}

#[test]
fn what_cannot_be_said_is_told_in_words() {
    let text = json!({"type": "string", "description": "A name.", "minLength": 2, "format": "uuid", "examples": ["Ada"]});
    let told = rewritten(Dialect::OpenAi, text.clone());
    assert_eq!(
        told,
        json!({"type": "string", "description": "A name. (minLength: 2, such as \"Ada\")", "format": "uuid"})
    );
    let told = rewritten(Dialect::Common, text);
    assert_eq!(told["description"], "A name. (format: uuid, such as \"Ada\")");
    assert_eq!(told["minLength"], 2);
    let closed = Dialect::Gemini
        .rewrite(&arguments(json!({"type": "object", "additionalProperties": {"type": "string"}})));
    assert!(!closed.to_string().contains("additionalProperties"), "{closed}");
    let number = rewritten(Dialect::Gemini, json!({"type": "integer", "enum": [1, 2, 4]}));
    assert_eq!(number, json!({"type": "integer", "description": "one of 1, 2, 4"}));
    let bounds = json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10});
    assert_eq!(rewritten(Dialect::Gemini, bounds), json!({"type": "integer", "minimum": 1, "maximum": 9}));
    let level = json!({"description": "How loud.", "oneOf": [
        {"const": "low", "description": "A whisper.", "type": "string"},
        {"const": "high", "description": "A shout.", "type": "string"},
    ]});
    assert_eq!(
        rewritten(Dialect::Common, level),
        json!({"description": "How loud.\n`low`: A whisper.\n`high`: A shout.", "type": "string", "enum": ["low", "high"]})
    );
    let either =
        json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "description": "Either.", "default": 1});
    assert_eq!(
        rewritten(Dialect::Gemini, either),
        json!({"anyOf": [{"type": "string", "description": "Either. (default: 1)"}, {"type": "integer"}]})
    );
}

#[test]
fn what_marks_a_header_is_for_the_client_and_stays() {
    let region = json!({"type": "string", "x-mcp-header": "Region"});
    for dialect in Dialect::ALL {
        assert_eq!(rewritten(dialect, region.clone()), region, "{dialect}");
        assert_eq!(rules(dialect, &arguments(region.clone())), [], "{dialect}");
    }
}

#[test]
fn a_recursive_schema_is_written_out_twice_and_no_further() {
    let tree = json!({
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/Tree", "description": "All of it."}},
        "required": ["tree"],
        "$defs": {"Tree": {
            "type": "object",
            "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
            "required": ["children"],
            "additionalProperties": false,
        }},
    });
    let below = "/properties/children/items";
    let at = |schema: &Value, depth: usize| {
        schema.pointer(&format!("/properties/tree{}", below.repeat(depth))).cloned()
    };
    let common = Dialect::Common.rewrite(&tree);
    assert_eq!(at(&common, 0).unwrap()["description"], "All of it.");
    assert_eq!(at(&common, 2), Some(json!({"type": "object", "description": "`Tree` again, as above"})));
    let gemini = Dialect::Gemini.rewrite(&tree);
    assert_eq!(at(&gemini, 2).unwrap()["type"], "string");
    let strict = Dialect::OpenAi.rewrite(&tree);
    assert_eq!(at(&strict, 1), Some(json!({"$ref": "#/$defs/Tree"})));
    assert_eq!(Dialect::OpenAi.check(&strict), []);
    // What does not end by itself is bounded.
    let parts: serde_json::Map<String, Value> = (0..12)
        .map(|at| {
            let all = (0..12).map(|to| (format!("m{to}"), json!({"$ref": format!("#/$defs/D{to}")})));
            (
                format!("D{at}"),
                json!({"type": "object", "properties": all.collect::<serde_json::Map<_, _>>()}),
            )
        })
        .collect();
    let web = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/D0"}}, "$defs": parts});
    assert!(Dialect::Gemini.rewrite(&web).to_string().len() < 400_000);
}

#[test]
fn what_is_said_otherwise_is_read_back() {
    let schema = json!({
        "type": "object",
        "properties": {
            "map": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Point"}},
            "any": {},
            "free": {"type": "object", "additionalProperties": true},
            "shape": {"oneOf": [
                {"type": "string", "enum": ["dot"]},
                {"type": "object", "properties": {"circle": {"$ref": "#/$defs/Point"}}, "required": ["circle"], "additionalProperties": false},
            ]},
            "count": {"type": "integer", "default": 3},
            "name": {"type": "string"},
        },
        "required": ["any"],
        "$defs": {"Point": {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}, "required": ["x"]}},
    });
    let said = json!({
        "map": [{"key": "home", "value": {"x": 1, "y": null}}],
        "any": "{\"a\": [null]}",
        "free": "{\"b\": 2}",
        "shape": {"circle": {"x": 1, "y": null}},
        "count": null,
        "name": "{\"not\": \"read\"}",
    });
    let meant = json!({
        "map": {"home": {"x": 1}},
        "any": {"a": [null]},
        "free": {"b": 2},
        "shape": {"circle": {"x": 1}},
        "name": "{\"not\": \"read\"}",
    });
    assert_eq!(read_back(&schema, said), meant);
    // Who keeps to the full schema is understood as well.
    assert_eq!(read_back(&schema, meant.clone()), meant);
    let plain = json!({"any": null, "shape": "dot", "count": "3", "map": {}});
    assert_eq!(read_back(&schema, plain.clone()), plain);
    assert_eq!(read_back(&schema, json!({"any": "just text"})), json!({"any": "just text"}));
    // What was packed is unpacked once.
    let either = json!({"type": "object", "properties": {"a": {"oneOf": [
        {"type": "object", "properties": {"note": {}}, "required": ["note"]},
        {"type": "string"},
    ]}}});
    assert_eq!(read_back(&either, json!({"a": {"note": "\"5\""}})), json!({"a": {"note": "5"}}));
    // What there is not is not swallowed.
    assert_eq!(read_back(&either, json!({"a": null, "b": null})), json!({"b": null}));
}
