//! Each kind of change, its class, and its words.

use serde_json::{Value, json};

use super::{Contract, check};
use crate::prelude::*;
use crate::server::tool::Tool;
use crate::{Annotations, Icon, Role};

/// A contract with one tool `t`, changed by this.
fn with_tool(change: impl FnOnce(&mut Value)) -> Contract {
    let mut tool = json!({
        "description": "Does it.",
        "annotations": {"readOnlyHint": true, "openWorldHint": false},
        "aliases": ["before"],
        "inputSchema": {
            "type": "object",
            "properties": {
                "a": {"type": "integer", "minimum": 0, "maximum": 10, "default": 1},
                "b": {"type": "string", "enum": ["x", "y"], "description": "Which."},
                "c": {"type": "object", "properties": {"d": {"type": "array", "items": {"type": "number"}}}},
            },
            "required": ["b"],
            "additionalProperties": false,
        },
        "outputSchema": {
            "type": "object",
            "properties": {"sum": {"type": "integer"}, "kind": {"type": "string", "enum": ["k"]}},
            "required": ["sum"],
        },
    });
    change(&mut tool);
    contract(json!({"tools": {"t": tool}}))
}

fn contract(mut items: Value) -> Contract {
    for kind in ["tools", "resources", "resourceTemplates", "prompts"] {
        if items.get(kind).is_none() {
            items[kind] = json!({});
        }
    }
    items["lock"] = 1.into();
    serde_json::from_value(items).unwrap()
}

fn drift(before: &Contract, after: &Contract) -> Vec<String> {
    before.drift(after).iter().map(ToString::to_string).collect()
}

#[test]
fn a_change_of_a_tool_is_named_and_breaking_or_additive() {
    let input = |path: &'static str, value: Value| (format!("/inputSchema{path}"), value);
    let output = |path: &'static str, value: Value| (format!("/outputSchema{path}"), value);
    let here = |path: &'static str, value: Value| (path.to_owned(), value);
    let changes: Vec<((String, Value), &str)> = vec![
        (input("/required", json!(["a", "b"])), "breaking: argument `a` is required"),
        (input("/required", json!([])), "additive: argument `b` is optional"),
        (input("/properties/a/type", json!("string")), "breaking: argument `a` was integer and is string"),
        (input("/properties/a/type", json!("number")), "additive: argument `a` was integer and is number"),
        (
            input("/properties/c/properties/d/items/type", json!("integer")),
            "breaking: argument `c.d.[]` was number and is integer",
        ),
        (
            input("/properties/a/minimum", json!(1)),
            "breaking: argument `a` has a `minimum` of 1, which was 0",
        ),
        (
            input("/properties/a/maximum", json!(11)),
            "additive: argument `a` has a `maximum` of 11, which was 10",
        ),
        (
            input("/properties/a/maximum", Value::Null),
            "additive: argument `a` has no `maximum` of 10 any more",
        ),
        (input("/properties/b/pattern", json!("^x")), "breaking: argument `b` has the `pattern` \"^x\""),
        (
            input("/properties/b/x-mcp-header", json!("B")),
            "breaking: argument `b` has another `x-mcp-header`",
        ),
        (
            input("/properties/a/default", json!(2)),
            "breaking: argument `a` is 2 when it is left out, and was 1",
        ),
        (input("/properties/b/enum", json!(["x"])), "breaking: argument `b` cannot be `y` any more"),
        (input("/properties/b/enum", json!(["x", "y", "z"])), "additive: argument `b` can also be `z`"),
        (input("/properties/b/description", json!("Who.")), "additive: argument `b` is described otherwise"),
        (input("/properties/e", json!({"type": "string"})), "additive: argument `e` is new"),
        (input("/additionalProperties", json!(true)), "additive: what it takes can have other members"),
        (output("/properties/sum/type", json!("number")), "breaking: field `sum` was integer and is number"),
        (output("/required", json!([])), "breaking: field `sum` may be missing"),
        (output("/required", json!(["sum", "kind"])), "additive: field `kind` is required"),
        (output("/properties/kind/enum", json!(["k", "l"])), "breaking: field `kind` can also be `l`"),
        (output("/properties/more", json!({"type": "string"})), "additive: field `more` is new"),
        (here("/description", json!("Does more.")), "additive: its description is another"),
        (here("/title", json!("T")), "additive: its title is another"),
        (here("/deprecated", json!("use `u`")), "additive: its deprecation is another"),
        (here("/aliases", json!([])), "breaking: it does not answer to `before` any more"),
        (here("/audiences", json!(["admin"])), "breaking: it is seen by admin only"),
        (
            here("/annotations/readOnlyHint", json!(false)),
            "breaking: it does not promise to be read_only any more",
        ),
        (
            here("/annotations/openWorldHint", json!(true)),
            "breaking: it does not promise to be not open_world any more",
        ),
        (here("/annotations/idempotentHint", json!(true)), "additive: it promises to be idempotent"),
        (here("/task", json!("required")), "breaking: its calls have to be tasks"),
        (here("/task", json!("optional")), "additive: its calls can be tasks, or not"),
        (here("/outputSchema", Value::Null), "breaking: its result is not structured any more"),
    ];
    let before = with_tool(|_| {});
    assert_eq!(drift(&before, &before.clone()), [""; 0]);
    for ((pointer, value), words) in changes {
        let after = with_tool(|tool| set(tool, &pointer, value));
        let (class, words) = words.split_once(": ").unwrap();
        assert_eq!(drift(&before, &after), [format!("{class}: tool `t`: {words}")], "{pointer}");
    }
}

/// Puts a value at a pointer; `null` takes away what is there.
fn set(whole: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = whole.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name);
    } else {
        parent.insert(name.to_owned(), value);
    }
}

#[test]
fn what_is_gone_breaks_and_what_is_new_does_not() {
    let before = with_tool(|_| {});
    let removed = with_tool(|tool| {
        tool["inputSchema"]["properties"].as_object_mut().unwrap().remove("a");
        tool["outputSchema"]["properties"].as_object_mut().unwrap().remove("kind");
        tool["inputSchema"]["properties"]["f"] = json!({"type": "boolean"});
        tool["inputSchema"]["required"] = json!(["b", "f"]);
    });
    assert_eq!(
        drift(&before, &removed),
        [
            "breaking: tool `t`: argument `a` is gone",
            "breaking: tool `t`: argument `f` is new, and required",
            "breaking: tool `t`: field `kind` is gone",
        ]
    );
    let nothing = contract(json!({}));
    assert_eq!(drift(&before, &nothing), ["breaking: tool `t`: it is gone"]);
    assert_eq!(drift(&nothing, &before), ["additive: tool `t`: it is new"]);
    let renamed = serde_json::to_value(with_tool(|tool| tool["aliases"] = json!(["before", "t"]))).unwrap();
    let renamed = contract(json!({"tools": {"u": renamed["tools"]["t"]}}));
    assert_eq!(drift(&before, &renamed), ["additive: tool `t`: it is called `u`, and its old name answers"]);
}

#[test]
fn prompts_and_resources_are_locked_too() {
    let before = contract(json!({
        "prompts": {"p": {"description": "P.", "arguments": [{"name": "a", "required": true}, {"name": "b"}]}},
        "resources": {"r://1": {"name": "r", "mimeType": "text/plain"}},
        "resourceTemplates": {"r://{id}": {"name": "rs"}},
    }));
    let after = contract(json!({
        "prompts": {"p": {"description": "Q.", "arguments": [{"name": "b", "required": true}, {"name": "c"}]}},
        "resources": {"r://1": {"name": "r", "mimeType": "text/html"}},
        "resourceTemplates": {"r://{name}": {"name": "rs"}},
    }));
    assert_eq!(
        drift(&before, &after),
        [
            "breaking: resource `r://1`: its media type was text/plain and is text/html",
            "breaking: resource template `r://{id}`: it is gone",
            "breaking: prompt `p`: argument `a` is gone",
            "breaking: prompt `p`: argument `b` is required",
            "additive: resource template `r://{name}`: it is new",
            "additive: prompt `p`: its description is another",
            "additive: prompt `p`: argument `c` is new",
        ]
    );
}

/// Greets.
#[tool(crate = crate)]
fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

#[test]
fn the_first_run_writes_the_lock_and_later_ones_compare() {
    let folder = std::env::temp_dir().join(format!("disco-lock-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("disco.lock.json");
    let server = |tool: Tool| Server::new("demo", "1.0.0").with(tool).build().unwrap();
    let before = server(tools![greet].remove(0));
    let missing = check(&before, &path, false, true).unwrap_err().to_string();
    assert!(missing.contains("disco.lock.json"), "{missing}");
    check(&before, &path, false, false).unwrap();
    check(&before, &path, false, true).unwrap();
    let after = server(tools![greet].remove(0).with_input_schema(json!({"type": "object"})));
    let words = check(&after, &path, false, true).unwrap_err().to_string();
    assert!(words.contains("breaking: tool `greet`: argument `name` is gone"), "{words}");
    assert!(words.contains("UPDATE_CONTRACT=1"), "{words}");
    check(&after, &path, true, true).unwrap();
    check(&after, &path, false, true).unwrap();
    std::fs::write(&path, "{").unwrap();
    assert!(check(&after, &path, false, true).unwrap_err().to_string().contains("is no lock"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Four bytes, for people.
#[resource("bytes://four", size = 4, annotations = Annotations::default().with_audience(Role::User), icon = Icon::new("https://example.org/4.png"))]
fn four() -> &'static str {
    "four"
}

#[test]
fn pictures_hints_and_sizes_are_locked_and_a_hint_that_takes_back_breaks() {
    let tool = |tool: Value| contract(json!({"tools": {"t": tool}}));
    let promising = tool(json!({"annotations": {"readOnlyHint": true}, "inputSchema": {}}));
    let not = tool(json!({"annotations": {"readOnlyHint": false}, "inputSchema": {}}));
    assert_eq!(drift(&promising, &not), ["breaking: tool `t`: it does not promise to be read_only any more"]);
    assert_eq!(drift(&not, &promising), ["additive: tool `t`: it promises to be read_only"]);
    let pictured = tool(json!({"icons": [{"src": "https://example.org/t.png"}], "inputSchema": {}}));
    assert_eq!(
        drift(&tool(json!({"inputSchema": {}})), &pictured),
        ["additive: tool `t`: its icons are others"]
    );

    let resource = |more: Value| {
        let mut resource = json!({"name": "r"});
        resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        contract(json!({"resources": {"note://1": resource}}))
    };
    let plain = resource(json!({}));
    let hinted = resource(json!({"size": 4, "annotations": {"audience": ["user"], "priority": 0.5}}));
    let said = |words: &[&str]| -> Vec<String> {
        words.iter().map(|words| words.replacen(": ", ": resource `note://1`: ", 1)).collect()
    };
    assert_eq!(
        drift(&plain, &hinted),
        said(&[
            "breaking: it is not for the assistant any more",
            "additive: its size is another",
            "additive: its priority is another",
        ])
    );
    assert_eq!(
        drift(&hinted, &plain),
        said(&[
            "additive: its size is another",
            "additive: it is for the assistant",
            "additive: its priority is another",
        ])
    );

    let locked = Contract::of(&Server::new("a", "1").with(resources![four]).build().unwrap());
    let locked: Value = serde_json::from_str(&locked.to_string()).unwrap();
    let four = &locked["resources"]["bytes://four"];
    assert_eq!((&four["size"], &four["annotations"]), (&json!(4), &json!({"audience": ["user"]})));
    assert_eq!(four["icons"], json!([{"src": "https://example.org/4.png"}]));
}
