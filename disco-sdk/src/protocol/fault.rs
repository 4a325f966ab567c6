//! Where in a JSON text a value is not what it should be.

use serde::Deserialize;

/// What is wrong with `json` as a `T`, and the JSON pointer of the place, beginning with `root`.
pub(crate) fn locate<'a, T: Deserialize<'a>>(
    json: &'a [u8],
    root: &str,
    error: &serde_json::Error,
) -> (String, String) {
    // Only now, that it has failed, is the way to the fault worth tracking.
    let mut reader = serde_json::Deserializer::from_slice(json);
    let pointer = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(tracked) => pointer(root, tracked.path()),
        Ok(_) => root.to_owned(),
    };
    (pointer, without_place(error))
}

fn pointer(root: &str, path: &serde_path_to_error::Path) -> String {
    let mut pointer = root.to_owned();
    for segment in path {
        pointer.push('/');
        pointer.push_str(&segment.to_string().replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// The words of the error, without the line and column that only we can see.
fn without_place(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.find(" at line ") {
        Some(end) => words[..end].to_owned(),
        None => words,
    }
}
