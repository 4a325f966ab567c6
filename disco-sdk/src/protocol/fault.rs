//! Where in a JSON text a value is not what it should be.

use serde::Deserialize;
use serde_path_to_error::Segment;

use crate::error::shortened;

/// What is wrong with `json` as a `T`, and the JSON pointer of the place, beginning with `root`.
pub(crate) fn locate<'a, T: Deserialize<'a>>(
    json: &'a [u8],
    root: &str,
    error: &serde_json::Error,
) -> (String, String) {
    // Only now, that it has failed, is the way to the fault worth tracking.
    let mut reader = serde_json::Deserializer::from_slice(json);
    let mut pointer = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(tracked) => pointer(root, tracked.path()),
        Ok(_) => root.to_owned(),
    };
    let words = without_place(error);
    if let Some(name) = member(&words) {
        push(&mut pointer, name);
    }
    (pointer, shortened(&words))
}

/// The name of the member that is not there or there twice, if that is the fault.
fn member(words: &str) -> Option<&str> {
    let faults = ["missing field `", "duplicate field `"];
    faults.iter().find_map(|fault| words.strip_prefix(fault))?.strip_suffix('`')
}

fn pointer(root: &str, path: &serde_path_to_error::Path) -> String {
    let mut pointer = root.to_owned();
    for segment in path {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                push(&mut pointer, &shortened(name));
            }
            Segment::Unknown => {}
        }
    }
    pointer
}

fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

/// The words of the error, without the line and column that only we can see.
fn without_place(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.find(" at line ") {
        Some(end) => words[..end].to_owned(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn place<T: for<'a> Deserialize<'a> + std::fmt::Debug>(json: &str) -> String {
        let error = serde_json::from_str::<T>(json).unwrap_err();
        locate::<T>(json.as_bytes(), "/params", &error).0
    }

    #[test]
    fn a_place_is_a_json_pointer() {
        assert_eq!(place::<HashMap<String, Vec<u8>>>(r#"{"a~b/c": [1, "x"]}"#), "/params/a~0b~1c/1");
        let long = format!(r#"{{"{}": "x"}}"#, "k".repeat(10_000));
        assert!(place::<HashMap<String, u8>>(&long).len() < 300);
    }
}
