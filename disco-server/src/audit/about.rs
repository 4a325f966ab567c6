//! The arguments that say what a call is about: handles, files, addresses. Never what is written or run.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::LONGEST_TARGET;

/// The names of such arguments, in the order in which they are told.
const TELLING: &[&str] = &[
    "sandbox_id",
    "containerId",
    "container_id",
    "snapshot_id",
    "job_id",
    "parent_job_id",
    "terminal_id",
    "process_id",
    "url",
    "remote",
    "branch",
    "path",
    "from",
    "to",
    "paths",
    "files",
    "glob",
    "artifacts",
    "filename",
    "workingDir",
    "workingDirectory",
    "working_dir",
    "template",
    "name",
    "new_name",
    "target",
    "start",
    "revision",
];

#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    One(String),
    Many(Vec<String>),
}

/// Of arguments in JSON. Those that are none have failed or will; there is nothing to tell of them.
pub(crate) fn json(arguments: &[u8]) -> String {
    let arguments: BTreeMap<String, &RawValue> = serde_json::from_slice(arguments).unwrap_or_default();
    told(TELLING.iter().flat_map(|name| {
        let told = arguments.get(*name).and_then(|value| serde_json::from_str(value.get()).ok());
        match told {
            Some(Told::One(value)) => vec![value],
            Some(Told::Many(values)) => values,
            None => Vec::new(),
        }
    }))
}

/// Of those behind the question mark of an address.
pub(crate) fn query(query: &str) -> String {
    let uri = format!("http://localhost/?{query}").parse().ok();
    let query = uri.and_then(|uri| axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let pairs = query.map(|query| query.0).unwrap_or_default();
    told(TELLING.iter().flat_map(|telling| {
        let of_this = pairs.iter().filter(move |(name, _)| name == telling);
        of_this.map(|(_, value)| value.clone())
    }))
}

/// As many as there is room for, and how many there are more.
fn told(values: impl Iterator<Item = String>) -> String {
    let (mut text, mut left_out) = (String::new(), 0);
    for value in values {
        let value = plain(&value);
        if left_out > 0
            || (!text.is_empty() && text.len() + value.len() + " and 1000000 more".len() > LONGEST_TARGET)
        {
            left_out += 1;
            continue;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&value);
    }
    if left_out > 0 { format!("{text} and {left_out} more") } else { text }
}

/// One word: what has spaces or worse stands in quotes, and an address names no user.
fn plain(value: &str) -> String {
    let value = match value.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or_default())
        }
        None => value.to_owned(),
    };
    let is_word =
        !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control() || c == '"');
    if is_word { value } else { format!("{value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_is_about_is_told_and_nothing_else() {
        assert_eq!(
            json(br#"{"path": "a", "sandbox_id": "default", "content": "x", "env": {"name": "y"}}"#),
            "default a"
        );
        assert_eq!(json(br#"{"to": "b", "from": "a"}"#), "a b");
        assert_eq!(json(br#"{"paths": ["a", "b c", "d\ne"], "glob": "*.rs"}"#), r#"a "b c" "d\ne" *.rs"#);
        assert_eq!(json(br#"{"url": "https://me:secret@example.org/a@b"}"#), "https://example.org/a@b");
        assert_eq!(json(br#"{"path": 3, "paths": null, "from": ""}"#), r#""""#);
        assert_eq!(json(b"{"), "");
        assert_eq!(query("depth=2&to=c&path=a%20b"), r#""a b" c"#);
        assert_eq!(query(""), "");
    }

    #[test]
    fn of_many_names_it_is_told_how_many_there_are_more() {
        let names: Vec<_> = (0..1000).map(|number| format!("file-{number}")).collect();
        let told = json(serde_json::json!({"paths": names}).to_string().as_bytes());
        assert!(told.len() <= LONGEST_TARGET && told.starts_with("file-0 file-1 "), "{told}");
        let (shown, more) = told.split_once(" and ").unwrap();
        let more: usize = more.strip_suffix(" more").unwrap().parse().unwrap();
        assert_eq!(shown.split(' ').count() + more, 1000);
    }
}
