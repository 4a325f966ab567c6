//! The book's reference of the attributes: a page for each, of its documentation in the SDK and of every misuse
//! in this folder with what the compiler says to it.
//!
//! `BOOK=overwrite cargo test -p disco-ui reference` writes the pages anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The pages: the file's name, which is also the folder's of the misuses, and the title.
const PAGES: [(&str, &str); 8] = [
    ("tool", "#[tool]"),
    ("resource", "#[resource]"),
    ("prompt", "#[prompt]"),
    ("arg", "#[arg]"),
    ("handlers", "#[handlers]"),
    ("form", "#[derive(Form)]"),
    ("tool_error", "#[derive(ToolError)]"),
    ("test", "#[disco_sdk::test]"),
];

#[test]
fn the_pages_are_those_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let is_to_be_written = std::env::var("BOOK").is_ok_and(|word| word == "overwrite");
    for (name, title) in PAGES {
        let documentation = read(&root.join("disco-sdk/src/docs").join(name).with_extension("md"));
        let page = page(title, &documentation, &misuses(&root.join("tests/ui").join(name)));
        let path = root.join("book/src/reference").join(name).with_extension("md");
        if is_to_be_written {
            std::fs::write(&path, &page).expect("the folder of the reference is there");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page,
            "{} is out of date: BOOK=overwrite cargo test -p disco-ui reference",
            path.display()
        );
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every misuse in a folder, by name.
fn misuses(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    files
}

fn page(title: &str, documentation: &str, misuses: &[PathBuf]) -> String {
    let mut page = format!("# `{title}`\n\n");
    let mut is_code = false;
    for line in documentation.lines() {
        let line = match (line.starts_with("```"), is_code) {
            (true, false) if line == "```" => "```rust".to_owned(),
            (false, true) => line.to_owned(),
            (false, false) if line.starts_with('#') => format!("#{line}"),
            _ => without_links(line),
        };
        is_code ^= line.starts_with("```");
        page.push_str(&line);
        page.push('\n');
    }
    let _ = writeln!(page, "\n## What the compiler says\n\nEach of these {} is tested.", misuses.len());
    for file in misuses {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").replace('_', " ");
        let program = read(file).replace("\nfn main() {}\n", "");
        let message = read(&file.with_extension("stderr"));
        let _ = write!(
            page,
            "\n### {name}\n\n```rust,ignore\n{}\n```\n\n```text\n{}\n```\n",
            program.trim_end(),
            message.trim_end()
        );
    }
    page
}

/// The text of links into the SDK's documentation, which has another place; links to another page stay.
fn without_links(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((shown, after)) = link.split_once("`]") else { break };
        let (target, after) = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((target, after)) => (target, after),
            None => ("", after),
        };
        let word = target.strip_prefix("crate::").unwrap_or(target);
        text.push_str(before);
        let _ = if target == "#what-arg-says-of-a-parameter" {
            write!(text, "[`{shown}`](arg.md)")
        } else if target.starts_with("http") {
            write!(text, "[`{shown}`]({target})")
        } else if PAGES.iter().any(|(name, _)| *name == word) {
            write!(text, "[`{shown}`]({word}.md)")
        } else {
            write!(text, "`{shown}`")
        };
        rest = after;
    }
    text + rest
}
