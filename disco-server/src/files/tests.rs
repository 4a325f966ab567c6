//! Files on a real folder.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::error::ErrorCode;

fn workspace() -> (tempfile::TempDir, Root) {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    (folder, root)
}

fn put(root: &Root, path: &str, content: &str) -> WriteResult {
    let request = WriteRequest {
        path: path.into(),
        content: content.into(),
        encoding: Encoding::Utf8,
        create_dirs: true,
        expected_sha256: None,
        dry_run: false,
    };
    write(root, &request).unwrap()
}

fn get(root: &Root, path: &str) -> ReadResult {
    read(root, &ReadRequest { path: path.into(), ..Default::default() }).unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    let (_folder, root) = workspace();
    let written = put(&root, "a/b.txt", "one\ntwo\n");
    assert!(written.created);
    let back = get(&root, "/workspace/a/b.txt");
    assert_eq!(
        (back.content.as_str(), back.total_lines, back.sha256),
        ("one\ntwo\n", Some(2), written.sha256)
    );
    assert!(!put(&root, "a/b.txt", "x").created);
    assert_eq!(root.host_path().join("a").read_dir().unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn lines_are_given_in_portions() {
    let (_folder, root) = workspace();
    put(&root, "f", "1\n2\n3\n4\n5");
    let part = |offset, limit, max_bytes| {
        read(&root, &ReadRequest { path: "f".into(), offset, limit, max_bytes, ..Default::default() })
            .unwrap()
    };
    assert_eq!(part(Some(2), Some(2), None).content, "2\n3\n");
    assert_eq!(part(Some(2), Some(2), None).next_offset, Some(4));
    assert_eq!(part(Some(4), None, None).next_offset, None);
    assert_eq!(part(None, None, Some(8)).next_offset, Some(3));
    assert_eq!(part(None, None, Some(8)).tail.as_deref(), Some("5"));
    assert_eq!(part(Some(9), None, None).content, "");
}

#[test]
fn bytes_are_base64_and_pictures_are_known() {
    let (folder, root) = workspace();
    std::fs::write(folder.path().join("p"), b"\x89PNG\r\n\x1a\nrest").unwrap();
    std::fs::write(folder.path().join("b"), b"\xff\xfe\0").unwrap();
    let picture = get(&root, "p");
    assert!(picture.is_image && picture.encoding == Encoding::Base64 && picture.mime_type == "image/png");
    let error = read(&root, &ReadRequest { path: "b".into(), ..Default::default() }).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotText);
    let request = ReadRequest { path: "b".into(), encoding: Encoding::Base64, ..Default::default() };
    assert_eq!(read(&root, &request).unwrap().content, "//4A");
}

#[test]
fn a_write_keeps_the_mode_and_goes_through_an_inner_link_only() {
    let (folder, root) = workspace();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("f"), "safe").unwrap();
    std::fs::create_dir(folder.path().join("d")).unwrap();
    std::fs::write(folder.path().join("d/script"), "x").unwrap();
    std::fs::set_permissions(folder.path().join("d/script"), PermissionsExt::from_mode(0o755)).unwrap();
    symlink("d/script", folder.path().join("inner")).unwrap();
    symlink(outside.path().join("f"), folder.path().join("outer")).unwrap();
    put(&root, "inner", "new");
    let target = folder.path().join("d/script");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
    assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    assert!(folder.path().join("inner").is_symlink());
    let request = WriteRequest {
        path: "outer".into(),
        content: "bad".into(),
        encoding: Encoding::Utf8,
        create_dirs: true,
        expected_sha256: None,
        dry_run: false,
    };
    assert_eq!(write(&root, &request).unwrap_err().code, ErrorCode::PathOutsideWorkspace);
    assert_eq!(std::fs::read_to_string(outside.path().join("f")).unwrap(), "safe");
}

#[test]
fn a_write_to_a_changed_file_is_refused() {
    let (_folder, root) = workspace();
    let old = put(&root, "f", "one");
    put(&root, "f", "two");
    let mut request = WriteRequest {
        path: "f".into(),
        content: "three".into(),
        encoding: Encoding::Utf8,
        create_dirs: false,
        expected_sha256: Some(old.sha256),
        dry_run: false,
    };
    assert_eq!(write(&root, &request).unwrap_err().code, ErrorCode::FileChanged);
    request.expected_sha256 = Some(get(&root, "f").sha256);
    write(&root, &request).unwrap();
}

fn change(root: &Root, edits: &[(&str, &str)], dry_run: bool) -> Result<EditResult> {
    let edits =
        edits.iter().map(|(old, new)| Edit { old: (*old).into(), new: (*new).into(), replace_all: false });
    let request = EditRequest { path: "f".into(), edits: edits.collect(), dry_run, expected_sha256: None };
    edit(root, &request)
}

#[test]
fn edits_are_made_all_or_none() {
    let (_folder, root) = workspace();
    put(&root, "f", "a\nb\nc\n");
    let shown = change(&root, &[("b", "B")], true).unwrap();
    assert!(
        !shown.written && shown.diff.contains("-b\n+B\n") && shown.diff.starts_with("--- a/f\n+++ b/f\n")
    );
    assert!(change(&root, &[("a", "A"), ("absent", "")], false).is_err());
    assert_eq!(get(&root, "f").content, "a\nb\nc\n");
    assert_eq!(change(&root, &[("a", "A"), ("A\nb", "x")], false).unwrap().replacements, 2);
    assert_eq!(get(&root, "f").content, "x\nc\n");
}

#[test]
fn an_edit_that_misses_is_told_where_it_nearly_hit() {
    let (_folder, root) = workspace();
    put(&root, "f", "fn main() {\n    let value = 1;\n}\nx\nx\n");
    let spaces = change(&root, &[("fn main() {\n  let value = 1;", "")], false).unwrap_err();
    assert_eq!(spaces.code, ErrorCode::EditNotFound);
    assert!(spaces.suggestion.starts_with("lines 1 to 2 differ only in spaces"), "{}", spaces.suggestion);
    let typo = change(&root, &[("    let valeu = 1;", "")], false).unwrap_err();
    assert!(
        typo.suggestion.contains("line 2") && typo.suggestion.contains("let value = 1;"),
        "{}",
        typo.suggestion
    );
    let twice = change(&root, &[("x", "")], false).unwrap_err();
    assert_eq!(twice.code, ErrorCode::EditNotUnique);
    assert!(twice.message.contains("2 times, at lines 4, 5"), "{}", twice.message);
}

#[test]
fn a_long_list_comes_in_pages_without_gaps() {
    let (_folder, root) = workspace();
    for path in ["a/1", "a/2", "a-b", "b/c/d", "e", ".gitignore", "target/x"] {
        put(&root, path, if path == ".gitignore" { "target/\n" } else { "" });
    }
    let mut request = ListRequest { depth: 9, limit: 2, ..Default::default() };
    let mut paths = Vec::new();
    loop {
        let page = list(&root, &request).unwrap();
        paths.extend(page.entries.into_iter().map(|entry| entry.path));
        match page.next_cursor {
            Some(cursor) => request.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(paths, [".gitignore", "a", "a/1", "a/2", "a-b", "b", "b/c", "b/c/d", "e"]);
}

#[test]
fn globs_choose_names_and_paths() {
    let (_folder, root) = workspace();
    for path in ["x.rs", "src/y.rs", "src/z.txt", "src/deep/w.rs"] {
        put(&root, path, "");
    }
    let found = |glob: &str, path: &str| -> Vec<String> {
        let request =
            ListRequest { depth: 9, glob: Some(glob.into()), path: path.into(), ..Default::default() };
        list(&root, &request).unwrap().entries.into_iter().map(|entry| entry.path).collect()
    };
    assert_eq!(found("*.rs", ""), ["src/deep/w.rs", "src/y.rs", "x.rs"]);
    assert_eq!(found("src/*.rs", ""), ["src/y.rs"]);
    assert_eq!(found("deep/*", "src"), ["src/deep/w.rs"]);
    let error = list(&root, &ListRequest { glob: Some("[".into()), ..Default::default() }).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidPattern);
}

#[test]
fn a_search_finds_text_but_not_through_links() {
    let (folder, root) = workspace();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("f"), "Needle outside").unwrap();
    symlink(outside.path(), folder.path().join("link")).unwrap();
    symlink(outside.path().join("f"), folder.path().join("file")).unwrap();
    put(&root, "a.txt", "hay\na needle here\nhay\nneedle\n");
    put(&root, "b.rs", "NEEDLE (1)\n");
    put(&root, "bin", "\0needle");
    let found =
        |request: SearchRequest| search(&root, &SearchRequest { query: "needle".into(), ..request }).unwrap();

    let all = found(SearchRequest::default());
    let places: Vec<_> =
        all.matches.iter().map(|found| (found.path.as_str(), found.line, found.column)).collect();
    assert_eq!(places, [("a.txt", 2, 3), ("a.txt", 4, 1), ("b.rs", 1, 1)]);
    assert_eq!(found(SearchRequest { case_sensitive: true, ..Default::default() }).matches.len(), 2);
    assert_eq!(found(SearchRequest { file_type: Some("rs".into()), ..Default::default() }).matches.len(), 1);
    let few = found(SearchRequest { max_results: 1, context: 1, ..Default::default() });
    assert!(few.truncated && few.matches[0].before == ["hay"] && few.matches[0].after == ["hay"]);
    let regex = SearchRequest { query: r"\(\d\)".into(), regex: true, ..Default::default() };
    assert_eq!(search(&root, &regex).unwrap().matches.len(), 1);
    let bad = SearchRequest { query: "(".into(), regex: true, ..Default::default() };
    assert_eq!(search(&root, &bad).unwrap_err().code, ErrorCode::InvalidPattern);
}
