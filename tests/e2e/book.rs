//! What the book says of the tests is true.

use std::path::Path;

/// `eras::long_lists_come_in_pages` is a function in `eras.rs`.
#[test]
fn every_test_that_the_book_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("../book/src/inside/specification.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| test |"));
    let mut named = 0;
    let mut missing = Vec::new();
    for row in rows {
        let test = row.rsplit('`').nth(1).unwrap_or_else(|| panic!("no test in: {row}"));
        let (module, name) = test.rsplit_once("::").unwrap_or_else(|| panic!("no path in: {row}"));
        let path = root.join("e2e").join(module.replace("::", "/"));
        let source = std::fs::read_to_string(path.with_extension("rs"))
            .or_else(|_| std::fs::read_to_string(path.join("mod.rs")))
            .unwrap_or_default();
        named += 1;
        if !source.contains(&format!("fn {name}(")) {
            missing.push(test);
        }
    }
    assert!(missing.is_empty(), "the book names tests that are not there: {missing:#?}");
    assert!(named >= 86, "the book names {named} tests only");
}
