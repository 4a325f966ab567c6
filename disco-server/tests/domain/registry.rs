//! Making, finding and deleting sandboxes.

use disco_server::error::ErrorCode;
use disco_server::files::{ReadRequest, read};
use disco_server::sandbox::{CreateRequest, DEFAULT, LimitsWish};
use disco_server::state::Store;
use disco_server::terminal::{ExecuteRequest, execute};

use crate::support::{registry, settings};

fn named(name: &str) -> CreateRequest {
    CreateRequest { name: Some(name.into()), ..Default::default() }
}

#[tokio::test]
async fn the_default_sandbox_is_there_at_once_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let sandbox = registry.get(None).await.unwrap();
    assert_eq!((sandbox.info.sandbox_id.as_str(), sandbox.info.is_default), (DEFAULT, true));
    assert_eq!(registry.delete(DEFAULT).await.unwrap_err().code, ErrorCode::SandboxProtected);
    assert_eq!(registry.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn sandboxes_do_not_see_each_other_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = registry(settings(folder.path())).await;
    let made =
        first.create(CreateRequest { env: [("A".into(), "b".into())].into(), ..named("one") }).await.unwrap();
    assert!(made.sandbox_id.starts_with("sbx_"));
    let run = async |registry: &disco_server::sandbox::Registry, id: Option<&str>, command: &str| {
        let sandbox = registry.get(id).await.unwrap();
        let request = ExecuteRequest { command: command.into(), ..Default::default() };
        execute(&*sandbox, request, None).await.unwrap().stdout
    };
    assert_eq!(run(&first, Some(&made.sandbox_id), "echo $A > f; cat f").await, "b\n");
    assert_eq!(run(&first, None, "ls").await, "");
    drop(first);

    let second = registry(settings(folder.path())).await;
    assert_eq!(second.list().await.unwrap()[1], made);
    assert_eq!(run(&second, Some(&made.sandbox_id), "cat f; echo $A").await, "b\nb\n");
    second.delete(&made.sandbox_id).await.unwrap();
    assert_eq!(second.get(Some(&made.sandbox_id)).await.unwrap_err().code, ErrorCode::SandboxNotFound);
    assert!(!folder.path().join("data/workspaces").join(&made.sandbox_id).exists());
    assert_eq!(registry(settings(folder.path())).await.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_servers_with_the_same_data_agree() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (registry(settings(folder.path())).await, registry(settings(folder.path())).await);
    let made = one.create(named("shared")).await.unwrap();
    two.get(Some(&made.sandbox_id)).await.unwrap();
    two.delete(&made.sandbox_id).await.unwrap();
    assert_eq!(one.get(Some(&made.sandbox_id)).await.unwrap_err().code, ErrorCode::SandboxNotFound);
}

#[tokio::test]
async fn there_is_a_most_of_sandboxes_and_of_limits() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let greedy = LimitsWish { memory_mb: Some(1 << 20), ..Default::default() };
    let error = registry.create(CreateRequest { limits: greedy, ..Default::default() }).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(error.message.contains("`memory_mb`"), "{}", error.message);
    let (_, made) = (registry.create(named("1")).await.unwrap(), registry.create(named("2")).await.unwrap());
    assert_eq!(registry.create(named("3")).await.unwrap_err().code, ErrorCode::SandboxLimit);
    registry.delete(&made.sandbox_id).await.unwrap();
    registry.create(named("3")).await.unwrap();
}

#[tokio::test]
async fn strange_ids_are_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    for id in ["", "../x", "sbx_\0", "/etc/passwd", "sbx_absent"] {
        assert_eq!(registry.get(Some(id)).await.unwrap_err().code, ErrorCode::SandboxNotFound, "{id:?}");
        assert_eq!(registry.delete(id).await.unwrap_err().code, ErrorCode::SandboxNotFound, "{id:?}");
    }
}

#[tokio::test]
async fn deleting_kills_what_runs_and_removes_whatever_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let made = registry.create(named("doomed")).await.unwrap();
    let sandbox = registry.get(Some(&made.sandbox_id)).await.unwrap();
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let nest = "import os\nos.mkdir(\"closed\"); open(\"closed/f\", \"w\"); os.chmod(\"closed\", 0)\n\
        for i in range(3000):\n os.mkdir(\"deep-deep\"); os.chdir(\"deep-deep\")";
    // The nest itself is taken for a full disk when it is noticed in time; here it need only be there.
    let command = format!("python3 -c '{nest}'");
    execute(&*sandbox, ExecuteRequest { command, ..Default::default() }, None).await.unwrap();
    let command = "echo up; while :; do sleep 9; done".to_owned();
    let run = execute(&*sandbox, ExecuteRequest { command, ..Default::default() }, Some(sender));
    let delete = async {
        chunks.recv().await.unwrap();
        registry.delete(&made.sandbox_id).await.unwrap();
    };
    let (done, ()) = tokio::join!(run, delete);
    assert_eq!(done.unwrap_err().code, ErrorCode::SandboxNotFound);
    assert!(!sandbox.root().host_path().exists());
}

#[tokio::test]
async fn deleting_follows_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("keep"), "").unwrap();
    let registry = registry(settings(folder.path())).await;
    let made = registry.create(named("links")).await.unwrap();
    let sandbox = registry.get(Some(&made.sandbox_id)).await.unwrap();
    std::os::unix::fs::symlink(&outside, sandbox.root().host_path().join("link")).unwrap();
    registry.delete(&made.sandbox_id).await.unwrap();
    assert!(outside.join("keep").exists());
    let error =
        read(sandbox.root(), &ReadRequest { path: "link/keep".into(), ..Default::default() }).unwrap_err();
    assert_eq!(error.code, ErrorCode::FileNotFound);
}

#[tokio::test]
async fn what_a_dead_server_was_making_or_removing_is_gone_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let first = registry(settings.clone()).await;
    let half = first.create(named("half")).await.unwrap();
    let whole = first.create(named("whole")).await.unwrap();
    let workspace = settings.data_dir.join("workspaces").join(&half.sandbox_id);
    assert!(workspace.exists());
    // As a process leaves it that is killed in the middle: this number has belonged to nobody since long ago.
    let state = Store::open(&settings.data_dir).unwrap();
    let die = "INSERT INTO processes VALUES ('dead', 1, 1, 'before');
        UPDATE sandboxes SET claim = 'dead' WHERE record LIKE '%\"half\"%'";
    state.write(move |state| Ok(state.execute_batch(die)?)).await.unwrap();
    assert_eq!(first.get(Some(&half.sandbox_id)).await.unwrap_err().code, ErrorCode::SandboxNotFound);

    let second = registry(settings).await;
    assert_eq!(second.list().await.unwrap()[1..], [whole]);
    assert!(!workspace.exists());
    state.forget_the_dead().await.unwrap();
}

#[tokio::test]
async fn what_another_living_server_is_making_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let first = registry(settings.clone()).await;
    let made = first.create(named("half")).await.unwrap();
    let state = Store::open(&settings.data_dir).unwrap();
    let claim = "UPDATE sandboxes SET claim = (SELECT id FROM processes LIMIT 1)";
    state.write(move |state| Ok(state.execute_batch(claim)?)).await.unwrap();
    let second = registry(settings.clone()).await;
    assert_eq!(second.list().await.unwrap().len(), 1);
    assert!(settings.data_dir.join("workspaces").join(&made.sandbox_id).exists());
}

/// What `chattr +T` sets: the file system lays each workspace somewhere else, and none into the traces of another.
#[tokio::test]
async fn workspaces_are_spread_where_the_file_system_can() {
    let folder = tempfile::tempdir().unwrap();
    let is_spread = |at: &str| {
        let opened = std::fs::File::open(folder.path().join(at)).unwrap();
        rustix::fs::ioctl_getflags(&opened).is_ok_and(|flags| flags.contains(rustix::fs::IFlags::TOPDIR))
    };
    std::fs::create_dir(folder.path().join("try")).unwrap();
    let tried = std::fs::File::open(folder.path().join("try")).unwrap();
    let can = rustix::fs::ioctl_setflags(tried, rustix::fs::IFlags::TOPDIR).is_ok() && is_spread("try");
    let _registry = registry(settings(folder.path())).await;
    for forest in ["data/workspaces", "data/snapshots"] {
        assert_eq!(is_spread(forest), can, "{forest}");
    }
}
