//! What a walk leaves out of a tree that somebody has made to hurt, and that it says so.

use super::*;

/// A walk that obeys ignore files, what it has seen, and what it has left out.
fn walked(root: &Root, patience: Duration) -> (Vec<String>, LeftOut) {
    let mut seen = Vec::new();
    let walk = Walk { depth: usize::MAX, ignored: false, patience };
    let left_out = walk.run(root, &RelPath::parse("").unwrap(), &mut |entry| {
        seen.push(entry.path.to_string());
        ControlFlow::Continue(Next::Enter)
    });
    (seen, left_out.unwrap())
}

fn workspace() -> (tempfile::TempDir, Root) {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    (folder, root)
}

#[test]
fn a_walk_without_time_ends_at_its_first_entry_though_all_are_ignored() {
    let (folder, root) = workspace();
    std::fs::write(folder.path().join(".gitignore"), "*\n").unwrap();
    let (seen, left_out) = walked(&root, Duration::ZERO);
    assert!(seen.is_empty() && left_out.is_late, "{seen:?}");
    assert!(left_out.told[0].contains(".gitignore"), "{:?}", left_out.told);
}

#[test]
fn of_ignore_files_only_so_much_holds_at_one_place() {
    let (folder, root) = workspace();
    let long = "x\n".repeat(rules::MOST_BYTES / 2 - 1);
    std::fs::write(folder.path().join(".gitignore"), format!("{long}first\nsecond\n")).unwrap();
    std::fs::create_dir_all(folder.path().join("inner")).unwrap();
    std::fs::write(folder.path().join("inner/.gitignore"), "third\n").unwrap();
    for name in ["first", "second", "inner/third", "x"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let (seen, left_out) = walked(&root, PATIENCE);
    let wanted = [".gitignore", "first", "inner", "inner/.gitignore", "inner/third", "second"];
    assert_eq!(seen, wanted);
    assert_eq!(left_out.told.len(), 2, "{:?}", left_out.told);
    assert!(left_out.told[1].contains("inner/.gitignore"), "{:?}", left_out.told);
}
