//! Any URI template, and any URI against it: two lines.

use disco_sdk::server::resource::{Template, Value};

use super::server;

/// What is matched are the template's own variables, and what is written of them is matched to the same.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (template, uri) = text.split_once('\n').unwrap_or((&text, ""));
    let known = "note://{id}/{+path}{?q}";
    for template in [template, known] {
        if let Ok(template) = Template::parse(template) {
            check(&template, uri);
        }
    }
    server::send(&server::modern(
        "completion/complete",
        serde_json::json!({
            "ref": {"type": "ref/resource", "uri": template}, "argument": {"name": "id", "value": uri},
        }),
    ));
}

fn check(template: &Template, uri: &str) {
    let names: Vec<&str> = template.names().collect();
    assert_eq!(template.has_variables(), !names.is_empty());
    let Some(variables) = template.match_uri(uri) else {
        return;
    };
    assert!(variables.names().all(|name| names.contains(&name)), "{variables:?}");
    let values: Option<Vec<(&str, Value)>> = names
        .iter()
        .filter(|name| variables.names().any(|known| known == **name))
        .map(|name| Some((*name, variables.text(name).filter(|text| !text.is_empty())?.into())))
        .collect();
    // Lists, and texts that are empty, are not always told from what stands around them.
    let Some(values) = values else {
        return;
    };
    let written = template.uri(&values);
    let again =
        template.match_uri(&written).unwrap_or_else(|| panic!("{written:?} is not matched by {template:?}"));
    for (name, value) in &values {
        let read = again.text(name).map(Value::from);
        assert_eq!(read.as_ref(), Some(value), "{uri:?} became {written:?}");
    }
}
