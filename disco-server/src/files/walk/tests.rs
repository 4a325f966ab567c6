//! What a walk leaves out of a tree that somebody has made to hurt, and that it says so.

use super::*;

/// A walk that obeys ignore files, what it has seen, and what it has left out.
fn walked(root: &Root, walks: Walks) -> (Vec<String>, LeftOut) {
    let mut seen = Vec::new();
    let walk = Walk { depth: usize::MAX, ignored: false };
    let left_out = walk.run(&root.clone().walked_within(walks), &RelPath::parse("").unwrap(), &mut |entry| {
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
    let (seen, left_out) = walked(&root, Walks { walk_seconds: 0, ..Walks::default() });
    assert!(seen.is_empty() && left_out.is_late, "{seen:?}");
    assert!(left_out.told[0].contains(".gitignore"), "{:?}", left_out.told);
}

#[test]
fn of_ignore_files_only_so_much_holds_at_one_place() {
    let (folder, root) = workspace();
    let long = "x\n".repeat((1 << 10) / 2 - 1);
    std::fs::write(folder.path().join(".gitignore"), format!("{long}first\nsecond\n")).unwrap();
    std::fs::create_dir_all(folder.path().join("inner")).unwrap();
    std::fs::write(folder.path().join("inner/.gitignore"), "third\n").unwrap();
    for name in ["first", "second", "inner/third", "x"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let (seen, left_out) = walked(&root, Walks { walk_ignore_kb: 1, ..Walks::default() });
    let wanted = [".gitignore", "first", "inner", "inner/.gitignore", "inner/third", "second"];
    assert_eq!(seen, wanted);
    assert_eq!(left_out.told.len(), 2, "{:?}", left_out.told);
    assert!(left_out.told[1].contains("inner/.gitignore"), "{:?}", left_out.told);
}

#[test]
fn of_names_only_so_many_are_held_at_one_time() {
    let (folder, root) = workspace();
    for name in ["a/1", "a/2", "a/3", "b/1", "b/2"] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    // Those of the folder above are held too: of `a` there is room for two.
    let (seen, left_out) = walked(&root, Walks { walk_names: 4, ..Walks::default() });
    assert_eq!(seen.iter().filter(|path| path.starts_with("a/")).count(), 2, "{seen:?}");
    assert!(seen.ends_with(&["b".to_owned(), "b/1".to_owned(), "b/2".to_owned()]), "{seen:?}");
    assert_eq!(left_out.told.len(), 1, "{:?}", left_out.told);
    assert!(left_out.told[0].starts_with("all but 2 names of `a`"), "{:?}", left_out.told);
}

#[test]
fn a_walk_goes_only_so_deep_and_tells_what_it_has_not_entered() {
    let (folder, root) = workspace();
    std::fs::create_dir_all(folder.path().join("a/b/c/d")).unwrap();
    let (seen, left_out) = walked(&root, Walks { walk_depth: 3, ..Walks::default() });
    assert_eq!(seen, ["a", "a/b", "a/b/c"]);
    assert_eq!(left_out.told, ["what is in `a/b/c`: a walk goes 3 folders deep (`walk_depth`)"]);
    let (seen, left_out) = walked(&root, Walks { walk_depth: 4, ..Walks::default() });
    assert_eq!((seen.len(), left_out.told.len()), (4, 1), "the deepest may hold something too");
    let shallow = Walk { depth: 2, ignored: true };
    let left_out =
        shallow.run(&root, &RelPath::parse("").unwrap(), &mut |_| ControlFlow::Continue(Next::Enter));
    assert!(left_out.unwrap().told.is_empty(), "who wants no more is told of no more");
}

#[test]
fn a_walk_can_go_as_deep_as_the_settings_allow() {
    let (folder, root) = workspace();
    std::fs::create_dir_all(folder.path().join("d/".repeat(600))).unwrap();
    let (seen, left_out) = walked(&root, Walks { walk_depth: 512, ..Walks::default() });
    assert_eq!((seen.len(), left_out.told.len()), (512, 1));
}
