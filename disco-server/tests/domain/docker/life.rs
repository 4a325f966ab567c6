//! How containers come and go.

use std::time::{Duration, Instant};

use disco_server::error::ErrorCode;
use disco_server::sandbox::{ExecRequest, LimitsWish};
use disco_server::terminal::execute;

use super::{Bench, DEBIAN, SMALL, request};
use crate::support::is_running;

#[tokio::test]
async fn a_container_is_used_again_and_two_commands_have_one_each() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    bench.text("echo 1 > /tmp/mark").await;
    assert_eq!(bench.text("cat /tmp/mark").await, "1");
    let (sender, mut chunks) = tokio::sync::mpsc::channel(8);
    let first =
        execute(&*bench.sandbox, request("mkfifo go; cat /tmp/mark; read x < go", 30_000), Some(sender));
    let second = async {
        assert_eq!(chunks.recv().await.unwrap().text, "1\n");
        assert_eq!(bench.text("ls /tmp; echo > go").await, "");
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(first.unwrap().exit_code, Some(0));
}

#[tokio::test]
async fn a_container_is_used_again_though_a_shell_a_program_or_a_folder_was_not_there() {
    let Some(bench) = Bench::of(SMALL, LimitsWish::default(), Duration::from_mins(5)).await else { return };
    // There is no bash in this image.
    bench.text("echo 1 > /tmp/mark").await;
    let absent = bench.sandbox.exec(ExecRequest::new(["absent"]), None).await;
    assert_eq!(absent.unwrap_err().code, ErrorCode::CommandNotFound);
    let nowhere = ExecRequest { working_dir: "absent".into(), ..ExecRequest::new(["true"]) };
    assert_eq!(bench.sandbox.exec(nowhere, None).await.unwrap_err().code, ErrorCode::FileNotFound);
    assert_eq!(bench.text("cat /tmp/mark").await, "1");
}

#[tokio::test]
async fn a_container_that_may_not_rest_is_thrown_away() {
    let Some(bench) = Bench::of(DEBIAN, LimitsWish::default(), Duration::ZERO).await else { return };
    bench.text("echo 1 > /tmp/mark").await;
    assert_eq!(bench.text("ls /tmp").await, "");
}

#[tokio::test]
async fn a_container_that_has_rested_for_too_long_is_thrown_away() {
    let Some(bench) = Bench::of(DEBIAN, LimitsWish::default(), Duration::from_secs(1)).await else { return };
    bench.text("true").await;
    assert_eq!(bench.containers.list(true).await.unwrap().len(), 1);
    until_none_is_left(&bench).await;
    assert_eq!(bench.text("echo alive").await, "alive");
}

#[tokio::test]
async fn a_container_that_is_removed_from_outside_costs_no_command() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    bench.text("true").await;
    let resting = bench.containers.list(false).await.unwrap().remove(0);
    bench.containers.remove(&resting.container_id, true).await.unwrap();
    assert_eq!(bench.text("echo alive").await, "alive");
    // In the middle of a command it is told.
    let (sender, mut chunks) = tokio::sync::mpsc::channel(8);
    let run = execute(&*bench.sandbox, request("echo up; sleep 1071", 30_000), Some(sender));
    let remove = async {
        chunks.recv().await.unwrap();
        let running = bench.containers.list(false).await.unwrap().remove(0);
        bench.containers.stop(&running.container_id).await.unwrap();
    };
    let (done, ()) = tokio::join!(run, remove);
    assert!(
        matches!(&done, Err(error) if error.code == ErrorCode::SandboxFailed)
            || matches!(&done, Ok(done) if done.exit_code == Some(137)),
        "{done:?}"
    );
    assert!(!is_running("1071"));
}

#[tokio::test]
async fn a_sandbox_that_is_let_go_of_leaves_no_container() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    bench.text("true").await;
    let containers = bench.containers.clone();
    let id = containers.list(true).await.unwrap().remove(0).container_id;
    drop(bench);
    // As when the process ends, however it does: nothing is asked of the engine.
    let end = Instant::now() + Duration::from_secs(10);
    while containers.inspect(&id).await.is_ok() {
        assert!(Instant::now() < end, "the container is still there");
    }
}

async fn until_none_is_left(bench: &Bench) {
    let end = Instant::now() + Duration::from_secs(10);
    while !bench.containers.list(true).await.unwrap().is_empty() {
        assert!(Instant::now() < end, "the container is still there");
    }
}
