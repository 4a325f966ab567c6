//! Any URI template, and any URI against it: two lines.

use std::fmt::Display;

use disco_sdk::server::resource::Template;

use super::server;

/// What is matched are the template's own variables, and their URI is matched to the same.
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
    assert!(variables.keys().all(|name| names.contains(&name.as_str())), "{variables:?}");
    let pairs: Vec<(&str, &dyn Display)> =
        variables.iter().map(|(name, value)| (name.as_str(), value as &dyn Display)).collect();
    let expanded = template.expand(&pairs);
    let again = template
        .match_uri(&expanded)
        .unwrap_or_else(|| panic!("{expanded:?} is not matched by {template:?}"));
    for (name, value) in &again {
        assert_eq!(variables.get(name), Some(value), "{uri:?} became {expanded:?}");
    }
}
