//! The rules of the house that a machine can keep: layers, module docs, words that are spelled once.
//! Every breach is listed in one failure. Sizes are only reported.
#![expect(clippy::print_stdout, reason = "that is how sizes are reported")]

use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of the SDK may be imported from which. A folder that is not named may import all.
const LAYERS: &[(&str, &[&str])] = &[
    ("error.rs", &[]),
    ("exact.rs", &[]),
    ("binary.rs", &[]),
    ("schema.rs", &[]),
    ("schema", &["schema"]),
    ("protocol", &["error", "protocol"]),
    ("transport", &["error", "protocol", "transport"]),
    ("client", &["error", "protocol", "transport", "client"]),
    ("server", &["error", "exact", "schema", "protocol", "transport", "client", "server", "__private"]),
];

/// Words that may not stand under a folder: what would make `protocol` do I/O.
const FORBIDDEN: &[(&str, &str)] = &[("protocol", "tokio"), ("protocol", "http::"), ("protocol", "async fn")];

struct Source {
    path: String,
    text: String,
}

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = sources(&root);
    assert!(sources.len() > 50, "the sources were not found under {}", root.display());
    let mut breaches = Vec::new();
    for source in &sources {
        module_docs(source, &mut breaches);
        layers(source, &mut breaches);
        spelled_once(source, &mut breaches);
    }
    report_sizes(&sources);
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

fn sources(root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["disco-macros/src", "disco-sdk/src", "disco-server/src"] {
        walk(&root.join(folder), &mut found);
    }
    found.sort();
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("a source file can be read"),
        path: path.strip_prefix(root).expect("it is under the root").to_string_lossy().into_owned(),
    };
    found.into_iter().map(read).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn module_docs(source: &Source, breaches: &mut Vec<String>) {
    let first = source.text.lines().next().unwrap_or_default();
    if !first.starts_with("//! ") && !first.starts_with("#![doc = include_str!(") {
        breaches.push(format!("{}:1: a file begins with a line that says what lives here", source.path));
    }
}

/// The part of a file before its unit tests, with line numbers and without comments.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.text.lines().enumerate();
    lines
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .map(|(at, line)| (at + 1, line.trim_start()))
        .filter(|(_, line)| !line.starts_with("//"))
}

fn layers(source: &Source, breaches: &mut Vec<String>) {
    if source.path.ends_with("/tests.rs") {
        return;
    }
    let Some(inside) = source.path.strip_prefix("disco-sdk/src/") else {
        return;
    };
    let top = inside.split('/').next().unwrap_or(inside);
    let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == top) else {
        return;
    };
    for (line, text) in code(source) {
        for imported in imports(text) {
            if imported.starts_with(char::is_lowercase) && !allowed.contains(&imported) {
                breaches.push(format!("{}:{line}: `{top}` may not import `{imported}`", source.path));
            }
        }
        for (_, word) in FORBIDDEN.iter().filter(|(folder, _)| *folder == top) {
            if text.contains(word) {
                breaches.push(format!("{}:{line}: `{top}` does no I/O, but says `{word}`", source.path));
            }
        }
    }
}

/// The first names behind each `crate::` of a line.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    let ends = |name: &'_ str| name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    let local = line.contains("$crate") || line.contains("disco_sdk");
    let parts = if local { "".split("crate::").skip(1) } else { line.split("crate::").skip(1) };
    parts.map(move |rest| &rest[..ends(rest)]).filter(|name| !name.is_empty())
}

/// Method names stand in the method table, dates of revisions in the version file, and nowhere else.
fn spelled_once(source: &Source, breaches: &mut Vec<String>) {
    if source.path.ends_with("/tests.rs") {
        return;
    }
    let in_sdk = source.path.starts_with("disco-sdk/src/");
    for (line, text) in code(source) {
        let method = ["\"tools/", "\"resources/", "\"prompts/", "\"notifications/", "\"logging/"];
        if in_sdk
            && !source.path.ends_with("protocol/method.rs")
            && method.iter().any(|name| text.contains(name))
        {
            breaches
                .push(format!("{}:{line}: method names are spelled in protocol/method.rs only", source.path));
        }
        if !source.path.ends_with("protocol/version.rs") && has_date_literal(text) {
            breaches.push(format!("{}:{line}: revisions are dated in protocol/version.rs only", source.path));
        }
    }
}

/// Whether a line has the date of a revision as a whole text.
fn has_date_literal(line: &str) -> bool {
    let dates = disco_sdk::Version::ALL.map(disco_sdk::Version::as_str);
    line.split('"').skip(1).step_by(2).any(|literal| dates.contains(&literal))
}

fn report_sizes(sources: &[Source]) {
    let mut sizes: Vec<(usize, &str)> =
        sources.iter().map(|source| (code(source).count(), source.path.as_str())).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    println!(
        "{} files, {} lines of code; the longest:",
        sizes.len(),
        sizes.iter().map(|size| size.0).sum::<usize>()
    );
    for (lines, path) in sizes.iter().take(10) {
        println!("{lines:6} {path}");
    }
}
