//! Copies of workspaces: made, given back, forked and compared.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use disco_server::error::ErrorCode;
use disco_server::sandbox::snapshot::{ChangeKind, ForkRequest};
use disco_server::sandbox::{CreateRequest, DEFAULT, Registry};
use disco_server::state::Store;
use disco_server::terminal::{ExecuteRequest, execute};

use crate::support::{registry, settings};

async fn run(registry: &Registry, id: &str, command: &str) -> String {
    let sandbox = registry.get(Some(id)).await.unwrap();
    let request = ExecuteRequest { command: command.into(), ..Default::default() };
    let done = execute(&*sandbox, request, None).await.unwrap();
    assert_eq!(done.exit_code, Some(0), "{command}: {done:?}");
    done.stdout
}

async fn create(registry: &Arc<Registry>) -> String {
    registry.create(CreateRequest::default()).await.unwrap().sandbox_id
}

/// All below a folder as it is told: kind and mode, size or target, time of change.
fn all(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap().flatten() {
            let (path, stat) = (entry.path(), entry.path().symlink_metadata().unwrap());
            let content = if stat.is_file() {
                String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned()
            } else if stat.is_symlink() {
                std::fs::read_link(&path).unwrap().display().to_string()
            } else {
                folders.push(path.clone());
                String::new()
            };
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            let told = format!("{:o} {} {}.{}", stat.mode(), content, stat.mtime(), stat.mtime_nsec());
            found.insert(name, told);
        }
    }
    found
}

const TREE: &str = "mkdir -p a/b 'ä ö' && echo one > a/one && printf x > a/b/tool && chmod 755 a/b/tool && \
    ln a/one a/same && ln -s ../one a/b/link && ln -s /etc/passwd out && touch -d 2001-02-03 'ä ö/old' && \
    chmod 600 a/one && truncate -s 5M hole && printf end >> hole && mkdir empty && chmod 700 empty";

#[tokio::test]
async fn a_fork_has_everything_that_the_sandbox_has_and_goes_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let request = CreateRequest { env: [("A".into(), "b".into())].into(), ..Default::default() };
    let id = registry.create(request).await.unwrap().sandbox_id;
    run(&registry, &id, TREE).await;
    let wish = ForkRequest { name: Some("fork".into()), ..Default::default() };
    let fork = registry.fork(&id, wish).await.unwrap();
    assert_eq!((fork.parent.as_deref(), fork.name.as_deref()), (Some(id.as_str()), Some("fork")));
    let folders = [&id, &fork.sandbox_id].map(|id| folder.path().join("data/workspaces").join(id));
    assert_eq!(all(&folders[0]), all(&folders[1]));
    let stat = |at: &str| folders[1].join(at).metadata().unwrap();
    assert_eq!(stat("a/one").ino(), stat("a/same").ino());
    assert!(stat("hole").blocks() * 512 < 1 << 20, "a hole was filled");
    assert_eq!(stat("a/one").uid(), folders[1].metadata().unwrap().uid());
    // It is its own user's, and the variables hold.
    assert_eq!(run(&registry, &fork.sandbox_id, "echo $A >> a/one; cat a/same").await, "one\nb\n");
    assert_eq!(run(&registry, &id, "cat a/one").await, "one\n");
}

/// Several threads share such a folder, and the last of them gives it its time and its rights.
#[tokio::test]
async fn a_folder_of_many_files_is_forked_whole_with_its_time_and_its_rights() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let id = create(&registry).await;
    let fill = "mkdir -p wide/below && for i in $(seq 1000); do echo $i > wide/$i; done; echo end > wide/below/end; \
        ln wide/1 wide/one; chmod 640 wide/2; touch -d 2001-02-03 wide/3 wide/below wide; chmod 500 wide";
    run(&registry, &id, fill).await;
    let fork = registry.fork(&id, ForkRequest::default()).await.unwrap();
    let [before, after] =
        [&id, &fork.sandbox_id].map(|id| all(&folder.path().join("data/workspaces").join(id)));
    assert_eq!(after, before);
    assert_eq!(after.len(), 1004);
}

#[tokio::test]
async fn a_snapshot_gives_all_files_back_and_outlives_its_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let first = registry(settings.clone()).await;
    for id in [DEFAULT.to_owned(), create(&first).await] {
        run(&first, &id, TREE).await;
        let workspace = first.get(Some(&id)).await.unwrap().root().host_path().to_owned();
        let before = all(&workspace);
        let taken = first.snapshot(&id, Some("before".into())).await.unwrap();
        assert_eq!((taken.files, taken.left_out.count), (u64::try_from(before.len()).unwrap(), 0));
        run(&first, &id, "rm -rf a empty; echo two > b; mkfifo hole.pipe; rm hole; mkdir hole; touch hole/x")
            .await;
        let restored = first.restore(&id, &taken.snapshot_id).await.unwrap();
        assert_eq!(restored.base_snapshot.as_ref(), Some(&taken.snapshot_id));
        assert_eq!(all(&workspace), before);
        assert_eq!(run(&first, &id, "cat a/b/link").await, "one\n");

        let second = registry(settings.clone()).await;
        assert_eq!(second.list_snapshots(Some(&id), None, 9).await.unwrap(), [(1, taken.clone())]);
        let wish = CreateRequest { snapshot_id: Some(taken.snapshot_id.clone()), ..Default::default() };
        let made = second.create(wish.clone()).await.unwrap();
        assert_eq!(all(&folder.path().join("data/workspaces").join(&made.sandbox_id)), before);
        second.delete(&made.sandbox_id).await.unwrap();
        second.delete_snapshot(&taken.snapshot_id).await.unwrap();
        for error in [
            second.delete_snapshot(&taken.snapshot_id).await.unwrap_err(),
            second.restore(&id, &taken.snapshot_id).await.unwrap_err(),
            second.create(wish).await.unwrap_err(),
        ] {
            assert_eq!(error.code, ErrorCode::SnapshotNotFound);
        }
        assert!(!folder.path().join("data/snapshots").join(&taken.snapshot_id).exists());
    }
}

#[tokio::test]
async fn what_is_no_file_is_left_out_and_told_and_set_user_id_is_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let id = create(&registry).await;
    let socket = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"sock\")'";
    run(&registry, &id, &format!("mkfifo pipe; {socket}; touch file")).await;
    let workspace = registry.get(Some(&id)).await.unwrap().root().host_path().to_owned();
    std::fs::set_permissions(workspace.join("file"), PermissionsExt::from_mode(0o6755)).unwrap();
    let taken = registry.snapshot(&id, None).await.unwrap();
    let mut left_out = taken.left_out.paths.clone();
    left_out.sort();
    assert_eq!((taken.left_out.count, left_out), (2, vec!["pipe".to_owned(), "sock".to_owned()]));
    let copy = folder.path().join("data/snapshots").join(&taken.snapshot_id);
    assert_eq!(copy.join("file").metadata().unwrap().mode() & 0o7777, 0o755);
    let private = folder.path().join("data/snapshots").join(&taken.snapshot_id).metadata().unwrap();
    assert_eq!(private.mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_difference_tells_what_was_added_changed_and_deleted() {
    use ChangeKind::{Added, Changed, Deleted};
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let id = create(&registry).await;
    let error = registry.diff(&id, None, false).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SnapshotNotFound);
    run(&registry, &id, "printf 'a\\nb\\n' > text; echo x > gone; echo 1 > forged; mkdir d; ln -s a l").await;
    let taken = registry.snapshot(&id, None).await.unwrap();
    let same = registry.diff(&id, None, true).await.unwrap();
    assert_eq!((same.changes.len(), same.unified.as_deref()), (0, Some("")));
    // The same size, and the time of change of before: only the content tells.
    let forge = "touch -r forged t; echo 2 > forged; touch -r t forged; rm t";
    run(
        &registry,
        &id,
        &format!("echo c >> text; rm gone; {forge}; mkdir new; echo n > new/f; ln -sf b l; chmod 755 d"),
    )
    .await;
    let diff = registry.diff(&id, Some(&taken.snapshot_id), true).await.unwrap();
    let changes: Vec<_> = diff.changes.iter().map(|change| (change.path.as_str(), change.change)).collect();
    let expected = [
        ("forged", Changed),
        ("gone", Deleted),
        ("l", Changed),
        ("new/", Added),
        ("new/f", Added),
        ("text", Changed),
    ];
    assert_eq!(changes, expected);
    assert_eq!((diff.added, diff.changed, diff.deleted, diff.truncated), (2, 3, 1, false));
    assert_eq!((diff.changes[5].size, diff.changes[5].size_before), (Some(6), Some(4)));
    let unified = diff.unified.unwrap();
    for part in ["--- a/text\n+++ b/text\n", "+c\n", "--- a/gone\n+++ /dev/null\n", "-1\n+2\n", "+n\n"] {
        assert!(unified.contains(part), "{part}: {unified}");
    }
    // A fork is compared with what its files came from.
    let fork = registry.fork(&id, ForkRequest::default()).await.unwrap();
    assert_eq!(registry.diff(&fork.sandbox_id, None, false).await.unwrap().changes, diff.changes);
}

#[tokio::test]
async fn many_differences_are_all_counted_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let id = create(&registry).await;
    registry.snapshot(&id, None).await.unwrap();
    run(&registry, &id, "for i in $(seq 2000); do echo $i > file-$i; done").await;
    let diff = registry.diff(&id, None, true).await.unwrap();
    assert_eq!((diff.added, diff.truncated, diff.changes.len()), (2000, false, 2000));
    assert!(diff.unified.unwrap().ends_with("+++ b/file-999\n@@ -0,0 +1 @@\n+999\n"));
}

#[tokio::test]
async fn there_is_a_most_of_snapshots_of_their_bytes_and_of_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    (settings.life.max_snapshots, settings.life.snapshot_mb, settings.life.snapshot_files) = (2, 3, 10);
    let registry = registry(settings).await;
    let id = create(&registry).await;
    run(&registry, &id, "head -c 2M /dev/urandom > big").await;
    let first = registry.snapshot(&id, None).await.unwrap();
    assert_eq!(first.bytes, 2 << 20);
    // Only one more MiB is left.
    let error = registry.snapshot(&id, None).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SnapshotLimit);
    assert!(error.message.contains("1 MiB"), "{}", error.message);
    run(&registry, &id, "rm big").await;
    registry.snapshot(&id, None).await.unwrap();
    let error = registry.snapshot(&id, None).await.unwrap_err();
    assert!(error.message.contains("there are 2 snapshots"), "{}", error.message);
    registry.delete_snapshot(&first.snapshot_id).await.unwrap();
    run(&registry, &id, "touch $(seq 11)").await;
    let error = registry.snapshot(&id, None).await.unwrap_err();
    assert!(error.message.contains("more than 10 files"), "{}", error.message);
    assert_eq!(std::fs::read_dir(folder.path().join("data/snapshots")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_workspace_that_changes_all_the_time_leads_no_copy_out_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::create_dir(&secret).unwrap();
    std::fs::write(secret.join("key"), "secret").unwrap();
    let registry = registry(settings(folder.path())).await;
    let id = create(&registry).await;
    // A name that is in turn a folder, a link to a folder outside, and a file, and a pipe.
    let script = format!(
        "echo up; while :; do mkdir x; touch x/key; mv x x.$RANDOM; ln -s {0} x; rm x; ln -s {0}/key x; rm x; \
         echo own > x; rm x; mkfifo x; rm x; rm -rf x.*; done",
        secret.display()
    );
    let sandbox = registry.get(Some(&id)).await.unwrap();
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let request = ExecuteRequest { command: script, timeout_ms: Some(60_000), ..Default::default() };
    let copies = async {
        chunks.recv().await.unwrap();
        for _ in 0..25 {
            let taken = registry.snapshot(&id, None).await.unwrap();
            let copied = all(&folder.path().join("data/snapshots").join(&taken.snapshot_id));
            for (name, told) in copied {
                assert!(!told.starts_with("100") || !told.contains("secret"), "{name}: {told}");
            }
            registry.diff(&id, None, true).await.unwrap();
            registry.delete_snapshot(&taken.snapshot_id).await.unwrap();
        }
        let taken = registry.snapshot(&id, None).await.unwrap();
        registry.restore(&id, &taken.snapshot_id).await.unwrap();
    };
    let (ran, ()) = tokio::join!(execute(&*sandbox, request, Some(sender)), copies);
    assert_eq!(ran.unwrap_err().code, ErrorCode::SandboxStopped);
    assert_eq!(std::fs::read_to_string(secret.join("key")).unwrap(), "secret");
}

#[tokio::test]
async fn what_a_dead_server_was_copying_is_gone_and_what_it_was_restoring_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let first = registry(settings.clone()).await;
    let id = create(&first).await;
    run(&first, &id, "echo old > f; echo g > g").await;
    let half = first.snapshot(&id, None).await.unwrap();
    let workspace = first.get(Some(&id)).await.unwrap().root().host_path().to_owned();
    // As a process leaves them that is killed in the middle.
    let stage = workspace.join(".disco-restore_x");
    for folder in ["new", "old"] {
        std::fs::create_dir_all(stage.join(folder)).unwrap();
    }
    std::fs::write(stage.join("new/f"), "new").unwrap();
    std::fs::rename(workspace.join("g"), stage.join("old/g")).unwrap();
    let store = Store::open(&settings.data_dir).unwrap();
    let die = format!(
        "INSERT INTO processes VALUES ('dead', 1, 1, 'before'); UPDATE snapshots SET claim = 'dead';
         INSERT INTO restores VALUES ('.disco-restore_x', 'dead', '{}', 'out');",
        workspace.display()
    );
    store.write(move |state| Ok(state.execute_batch(&die)?)).await.unwrap();
    assert_eq!(first.list_snapshots(None, None, 9).await.unwrap(), []);
    // The sweeper of a living server does it as well as the next start.
    first.sweep().await;
    assert!(!folder.path().join("data/snapshots").join(&half.snapshot_id).exists());
    let left = all(&workspace);
    assert_eq!(left.keys().collect::<Vec<_>>(), ["f"], "{left:?}");
    assert!(left["f"].contains("new"));
    store.forget_the_dead().await.unwrap();
}
