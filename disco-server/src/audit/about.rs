//! The arguments that say what a call is about.

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    #[serde(alias = "containerId")]
    sandbox_id: Option<String>,
    job_id: Option<String>,
    terminal_id: Option<String>,
    path: Option<String>,
    name: Option<String>,
}

/// Of arguments in JSON. Those that are none have failed or will; there is nothing to tell of them.
pub(crate) fn json(arguments: &[u8]) -> String {
    told(serde_json::from_slice(arguments).unwrap_or_default())
}

/// Of those behind the question mark of an address.
pub(crate) fn query(query: &str) -> String {
    let about = format!("http://localhost/?{query}").parse();
    let about = about.ok().and_then(|uri| axum::extract::Query::<About>::try_from_uri(&uri).ok());
    told(about.map(|about| about.0).unwrap_or_default())
}

fn told(About { sandbox_id, job_id, terminal_id, path, name }: About) -> String {
    [sandbox_id, job_id, terminal_id, path, name].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sandbox_job_and_file_are_told_and_nothing_else() {
        assert_eq!(json(br#"{"path": "a b", "sandbox_id": "default", "content": "x"}"#), "default a b");
        assert_eq!(json(b"{"), "");
        assert_eq!(query("depth=2&path=a%20b"), "a b");
        assert_eq!(query(""), "");
    }
}
