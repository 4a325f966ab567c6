//! Sandboxes that are stopped, started, and over.

use std::sync::Arc;
use std::time::Duration;

use disco_server::error::{Error, ErrorCode};
use disco_server::files::{ReadRequest, read, write};
use disco_server::sandbox::{CreateRequest, Registry, Status};
use disco_server::terminal::{ExecuteRequest, execute};

use crate::support::{registry, settings};

async fn run(registry: &Registry, id: &str, command: &str) -> Result<String, Error> {
    let sandbox = registry.get(Some(id)).await?;
    let request = ExecuteRequest { command: command.into(), ..Default::default() };
    execute(&*sandbox, request, None).await.map(|done| done.stdout)
}

async fn create(registry: &Arc<Registry>) -> String {
    registry.create(CreateRequest::default()).await.unwrap().sandbox_id
}

/// Runs a command for ever in `by`, and does `end` in the middle of it.
async fn interrupted(by: &Arc<Registry>, id: &str, end: impl AsyncFnOnce()) -> Error {
    let sandbox = by.get(Some(id)).await.unwrap();
    let (sender, mut chunks) = tokio::sync::mpsc::channel(1);
    let request = ExecuteRequest { command: "echo up; sleep 600".into(), ..Default::default() };
    let run = execute(&*sandbox, request, Some(sender));
    let end = async {
        chunks.recv().await.unwrap();
        end().await;
    };
    tokio::join!(run, end).0.unwrap_err()
}

#[tokio::test]
async fn a_stopped_sandbox_runs_nothing_until_it_is_started_but_keeps_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let first = registry(settings.clone()).await;
    let id = create(&first).await;
    run(&first, &id, "echo kept > f").await.unwrap();
    let error = interrupted(&first, &id, async || {
        assert_eq!(first.stop(&id).await.unwrap().status, Status::Stopped);
    })
    .await;
    assert_eq!(error.code, ErrorCode::SandboxStopped);

    // Over a restart of the server as well.
    let second = registry(settings).await;
    for registry in [&first, &second] {
        let error = run(registry, &id, "true").await.unwrap_err();
        assert_eq!(error.code, ErrorCode::SandboxStopped);
        assert!(error.suggestion.contains("sandbox_start"), "{}", error.suggestion);
        let sandbox = registry.get(Some(&id)).await.unwrap();
        let text = read(sandbox.root(), &ReadRequest { path: "f".into(), ..Default::default() }).unwrap();
        assert_eq!(text.content, "kept\n");
    }
    let sandbox = second.get(Some(&id)).await.unwrap();
    let more = serde_json::from_str(r#"{"path": "g", "content": "more"}"#).unwrap();
    write(sandbox.root(), &more).unwrap();
    assert_eq!(second.start(&id).await.unwrap().status, Status::Ready);
    for registry in [&first, &second] {
        assert_eq!(run(registry, &id, "cat f g").await.unwrap(), "kept\nmore");
    }
}

#[tokio::test]
async fn what_runs_is_ended_when_another_server_stops_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (registry(settings(folder.path())).await, registry(settings(folder.path())).await);
    let id = create(&one).await;
    let error = interrupted(&one, &id, async || _ = two.stop(&id).await.unwrap()).await;
    assert_eq!(error.code, ErrorCode::SandboxStopped);
    two.start(&id).await.unwrap();
    let error = interrupted(&one, &id, async || _ = two.delete(&id).await.unwrap()).await;
    assert_eq!(error.code, ErrorCode::SandboxNotFound);
    assert!(error.message.contains("was deleted at "), "{}", error.message);
}

#[tokio::test]
async fn a_restart_ends_what_runs_also_in_the_default_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let other = create(&registry).await;
    for id in ["default", &other] {
        let error = interrupted(&registry, id, async || _ = registry.restart(id).await.unwrap()).await;
        assert_eq!(error.code, ErrorCode::SandboxStopped, "{id}");
        assert_eq!(run(&registry, id, "echo again").await.unwrap(), "again\n", "{id}");
    }
    assert_eq!(registry.stop("default").await.unwrap_err().code, ErrorCode::SandboxProtected);
}

#[tokio::test]
async fn a_deleted_sandbox_is_told_to_be_deleted_and_a_strange_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    settings.life.max_ended = 2;
    let registry = registry(settings).await;
    let mut gone = Vec::new();
    for _ in 0..3 {
        let id = create(&registry).await;
        registry.delete(&id).await.unwrap();
        gone.push(id);
    }
    // Of the oldest it is no longer known.
    for (id, what) in
        [(&gone[2], "was deleted at "), (&gone[1], "was deleted at "), (&gone[0], "there is no")]
    {
        for error in [registry.get(Some(id)).await.unwrap_err(), registry.delete(id).await.unwrap_err()] {
            assert_eq!(error.code, ErrorCode::SandboxNotFound);
            assert!(error.message.contains(what), "{}", error.message);
        }
    }
}

#[tokio::test]
async fn a_backend_or_a_network_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(settings(folder.path())).await;
    let wish = CreateRequest { backend: Some("cloud".into()), ..Default::default() };
    let error = registry.create(wish).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SandboxUnavailable);
    assert!(error.suggestion.contains("`local`"), "{}", error.suggestion);
    let hosts = disco_server::sandbox::Network::Hosts(vec!["not a host".into()]);
    let wish = CreateRequest { network: Some(hosts), ..Default::default() };
    assert_eq!(registry.create(wish).await.unwrap_err().code, ErrorCode::InvalidArgument);
}

#[tokio::test]
async fn a_sandbox_whose_time_is_over_is_removed_and_answers_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let clock = settings.clock.clone();
    let registry = registry(settings).await;
    let short = CreateRequest { ttl_s: Some(60), ..Default::default() };
    let made = registry.create(short.clone()).await.unwrap();
    assert!(made.expires_at.is_some());
    let kept = create(&registry).await;
    assert!(registry.sweep().await <= Duration::from_mins(1));
    registry.get(Some(&made.sandbox_id)).await.unwrap();
    clock.advance(Duration::from_secs(62));
    registry.sweep().await;
    let error = registry.get(Some(&made.sandbox_id)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SandboxExpired);
    assert!(
        error.message.contains("was removed at 20") && error.message.contains("ttl"),
        "{}",
        error.message
    );
    assert!(!folder.path().join("data/workspaces").join(&made.sandbox_id).exists());
    registry.get(Some(&kept)).await.unwrap();

    // Whoever asks before the sweeper comes is not given it either.
    let made = registry.create(short).await.unwrap();
    clock.advance(Duration::from_secs(62));
    let error = registry.get(Some(&made.sandbox_id)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SandboxExpired);
}

#[tokio::test]
async fn a_sandbox_that_nobody_uses_is_removed_and_one_in_use_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let clock = settings.clock.clone();
    let registry = registry(settings).await;
    let idle = CreateRequest { idle_s: Some(10), ..Default::default() };
    let (left, used) = (registry.create(idle.clone()).await.unwrap(), registry.create(idle).await.unwrap());
    let held = registry.get(Some(&used.sandbox_id)).await.unwrap();
    for _ in 0..3 {
        clock.advance(Duration::from_secs(6));
        registry.sweep().await;
    }
    let error = registry.get(Some(&left.sandbox_id)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::SandboxExpired);
    assert!(error.message.contains("10 seconds (idle)"), "{}", error.message);
    drop(held);
    for _ in 0..2 {
        clock.advance(Duration::from_secs(6));
        registry.get(Some(&used.sandbox_id)).await.unwrap();
        registry.sweep().await;
    }
    clock.advance(Duration::from_secs(12));
    registry.sweep().await;
    assert_eq!(registry.get(Some(&used.sandbox_id)).await.unwrap_err().code, ErrorCode::SandboxExpired);
}

#[tokio::test]
async fn the_settings_bound_how_long_a_sandbox_may_live() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    (settings.life.max_ttl_s, settings.life.idle_s) = (100, 7);
    let registry = registry(settings).await;
    for ttl in [0, 101] {
        let wish = CreateRequest { ttl_s: Some(ttl), ..Default::default() };
        let error = registry.create(wish).await.unwrap_err();
        assert!(
            error.message.contains("`ttl_s`") && error.message.contains("10 to 100"),
            "{}",
            error.message
        );
    }
    let made = registry.create(CreateRequest::default()).await.unwrap();
    assert!(made.expires_at.is_some());
    assert_eq!(made.idle_s, Some(7));
    let made = registry.create(CreateRequest { idle_s: Some(0), ..Default::default() }).await.unwrap();
    assert_eq!(made.idle_s, None);
    let default = registry.get(None).await.unwrap();
    assert_eq!((&default.info.expires_at, default.info.idle_s), (&None, None));
}
