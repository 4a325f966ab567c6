//! The page of the book that tells what is tried.

use std::fmt::Write as _;
use std::path::Path;

use super::{Attempt, attempts};

const PAGE: &str = "../book/src/inside/escapes.md";
const AREAS: [(&str, &str); 8] = [
    ("processes", "Other processes"),
    ("users", "Users and capabilities"),
    ("files", "Files and mounts"),
    ("kernel", "The kernel"),
    ("terminals", "Terminals"),
    ("network", "The network"),
    ("too much", "Too much"),
    ("tools", "Through the server's own tools"),
];

#[test]
fn the_book_tells_every_attempt() {
    let attempts = attempts();
    for backend in ["local", "docker"] {
        let tried =
            attempts.iter().filter(|one| one.only.as_deref().is_none_or(|only| only == backend)).count();
        assert!(tried >= 40, "{backend}: {tried}");
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let text = told(&attempts);
    if std::env::var_os("BOOK").is_some_and(|word| word == "overwrite") {
        std::fs::write(&page, &text).unwrap();
    }
    let is_there = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(is_there == text, "{PAGE} is not up to date: run this test with BOOK=overwrite");
}

fn told(attempts: &[Attempt]) -> String {
    let mut text = "# Escapes

A sandbox is as good as what was tried against it. Each row is a program that runs in a sandbox of its own, in every \
backend, whenever the tests run, and has to be denied; where something is to be reached on the host (a secret in a \
file and in the server's environment, a server on the loopback, an abstract socket), it is there, and is looked at \
afterwards. What `local` denies it denies twice: to a server of root, and to one of an ordinary user. The programs are in `tests/disco/escapes/attempts.toml`; this page is made of that file.
"
    .to_owned();
    for (area, title) in AREAS {
        let _ = write!(text, "\n## {title}\n\n| attempt | backends |\n|---|---|\n");
        for attempt in attempts.iter().filter(|one| one.area == area) {
            let backends = attempt.only.as_deref().unwrap_or("local, docker");
            let _ = writeln!(text, "| {} | {backends} |", attempt.name);
        }
    }
    text
}
