//! What the jail lets through and what it refuses.

use std::os::unix::fs::symlink;

use super::*;

fn code(path: &str) -> ErrorCode {
    RelPath::parse(path).unwrap_err().code
}

#[test]
fn names_are_shortened() {
    for path in ["a/b", "./a//b/", "/workspace/a/b", "/workspace//a/./b"] {
        assert_eq!(RelPath::parse(path).unwrap().as_str(), "a/b");
    }
    for path in ["", ".", "/workspace", "/workspace/"] {
        assert!(RelPath::parse(path).unwrap().is_root());
    }
}

#[test]
fn names_that_lead_out_are_refused() {
    for path in ["..", "a/../b", "/etc/passwd", "/", "/workspacex", "/workspace/../etc"] {
        assert_eq!(code(path), ErrorCode::PathOutsideWorkspace, "{path}");
    }
    assert_eq!(code("a\0b"), ErrorCode::InvalidPath);
}

#[test]
fn links_are_followed_inside_and_refused_outside() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "x").unwrap();
    let inside = tempfile::tempdir().unwrap();
    std::fs::write(inside.path().join("file"), "x").unwrap();
    symlink("file", inside.path().join("good")).unwrap();
    symlink(outside.path(), inside.path().join("folder")).unwrap();
    symlink("../../../../etc/passwd", inside.path().join("climb")).unwrap();
    symlink("/proc/self/root/etc/passwd", inside.path().join("magic")).unwrap();
    symlink("circle", inside.path().join("circle")).unwrap();
    let root = Root::open(inside.path()).unwrap();
    let open = |path: &str| root.open_file(&RelPath::parse(path).unwrap());

    open("good").unwrap();
    for path in ["folder/secret", "climb", "magic"] {
        assert_eq!(open(path).unwrap_err().code, ErrorCode::PathOutsideWorkspace, "{path}");
    }
    assert_eq!(open("circle").unwrap_err().code, ErrorCode::InvalidPath);
    assert_eq!(open("absent").unwrap_err().code, ErrorCode::FileNotFound);
    assert_eq!(open("file/x").unwrap_err().code, ErrorCode::NotADirectory);
    assert_eq!(open("").unwrap_err().code, ErrorCode::IsADirectory);
}

#[test]
fn a_pipe_is_refused_at_once() {
    let inside = tempfile::tempdir().unwrap();
    rustix::fs::mkfifoat(CWD, inside.path().join("pipe"), Mode::from_raw_mode(0o600)).unwrap();
    let root = Root::open(inside.path()).unwrap();
    let error = root.open_file(&RelPath::parse("pipe").unwrap()).unwrap_err();
    assert_eq!(error.code, ErrorCode::NotARegularFile);
}

#[test]
fn folders_are_made_but_not_through_a_link_that_leads_out() {
    let outside = tempfile::tempdir().unwrap();
    let inside = tempfile::tempdir().unwrap();
    symlink(outside.path(), inside.path().join("link")).unwrap();
    let root = Root::open(inside.path()).unwrap();
    root.make_dirs(&RelPath::parse("a/b/c").unwrap()).unwrap();
    assert!(inside.path().join("a/b/c").is_dir());
    let error = root.make_dirs(&RelPath::parse("link/x").unwrap()).unwrap_err();
    assert_eq!(error.code, ErrorCode::PathOutsideWorkspace);
    assert!(!outside.path().join("x").exists());
}
