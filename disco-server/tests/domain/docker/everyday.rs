//! What a container must let through.

use std::time::Duration;

use disco_server::error::ErrorCode;
use disco_server::files::{ReadRequest, read};
use disco_server::git::{StatusRequest, status};
use disco_server::sandbox::{CreateRequest, Ended, ExecRequest, LimitsWish, Registry, Stream};
use disco_server::terminal::{ExecuteRequest, execute};

use super::{Bench, DEBIAN, SMALL};

#[tokio::test]
async fn a_command_sees_its_workspace_and_the_image() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    assert_eq!(
        bench.text("pwd; id -u; hostname; echo $HOME $TMPDIR; bash -c 'echo from bash'").await,
        "/workspace\n64711\nsandbox\n/home/disco /tmp\nfrom bash"
    );
    assert_eq!(
        bench.text("echo x > ~/a; echo x > /tmp/a; echo x > /run/a; echo x > /dev/shm/a; echo kept").await,
        "kept"
    );
    assert_eq!(bench.sandbox.info.backend, "docker");
}

#[tokio::test]
async fn exit_codes_and_signals_are_told() {
    for image in [DEBIAN, SMALL] {
        let Some(bench) = Bench::of(image, LimitsWish::default(), Duration::from_mins(5)).await else {
            return;
        };
        let done = bench.run("echo out; echo err >&2; exit 3").await;
        assert_eq!((done.exit_code, done.stdout.as_str(), done.stderr.as_str()), (Some(3), "out\n", "err\n"));
        let done = bench.run("kill -SEGV $$").await;
        assert_eq!((done.exit_code, done.ended, done.stderr.as_str()), (Some(139), Ended::Exited, ""));
        let error = bench.sandbox.exec(ExecRequest::new(["no-such-program"]), None).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::CommandNotFound);
        let request = ExecRequest { working_dir: "absent".into(), ..ExecRequest::new(["true"]) };
        assert_eq!(bench.sandbox.exec(request, None).await.unwrap_err().code, ErrorCode::FileNotFound);
    }
}

#[tokio::test]
async fn a_program_can_have_threads() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    let threads =
        "import threading as t\none = t.Thread(target=print, args=('in a thread',))\none.start()\none.join()";
    assert_eq!(bench.text(&format!("python3 -c \"{threads}\"")).await, "in a thread");
}

#[tokio::test]
async fn output_comes_while_the_command_runs() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    let (sender, mut chunks) = tokio::sync::mpsc::channel(8);
    // It goes on only when the test has seen its first word.
    let command = "mkfifo go; echo first; read x < go; echo second >&2".to_owned();
    let run = execute(&*bench.sandbox, ExecuteRequest { command, ..Default::default() }, Some(sender));
    let watch = async {
        let first = chunks.recv().await.unwrap();
        assert_eq!((first.stream, first.text.as_str()), (Stream::Stdout, "first\n"));
        // Another command of the same sandbox meanwhile.
        bench.text("echo > go").await;
        assert_eq!(chunks.recv().await.unwrap().stream, Stream::Stderr);
    };
    let (done, ()) = tokio::join!(run, watch);
    assert_eq!(done.unwrap().exit_code, Some(0));
}

#[tokio::test]
async fn files_and_repositories_of_commands_are_the_servers_too() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    let make = "git init -qb main; git config user.email a@b; git config user.name a; echo one > one; git add .; \
        git commit -qm first; echo two > two";
    bench.text(make).await;
    let read = read(bench.sandbox.root(), &ReadRequest { path: "two".into(), ..Default::default() }).unwrap();
    assert_eq!(read.content, "two\n");
    let status = status(&*bench.sandbox, &StatusRequest::default()).await.unwrap();
    assert_eq!((status.branch.as_deref(), status.untracked), (Some("main"), vec!["two".to_owned()]));
}

#[tokio::test]
async fn variables_and_what_was_used_are_told() {
    let Some(bench) = Bench::new(LimitsWish::default()).await else { return };
    let env = [("A".to_owned(), "b c\n$d".to_owned())].into();
    let command = "printf %s \"$A\"; python3 -c 'sum(range(3000000)); x = b\"x\" * (64 << 20)'".to_owned();
    let request = ExecuteRequest { command, env, ..Default::default() };
    let done = execute(&*bench.sandbox, request, None).await.unwrap();
    assert_eq!(done.stdout, "b c\n$d");
    assert!(done.usage.cpu_ms > 20 && done.usage.memory_peak_kb > 64 << 10, "{:?}", done.usage);
}

#[tokio::test]
async fn an_image_that_is_not_there_is_refused_when_the_sandbox_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = crate::support::settings(folder.path());
    settings.life.backend = "docker".to_owned();
    let store = disco_server::state::Store::open(&settings.data_dir).unwrap();
    let Some(docker) = super::docker("no/such", Duration::ZERO, &store).await else { return };
    // The default sandbox is there already.
    std::fs::create_dir_all(&settings.workspace).unwrap();
    std::os::unix::fs::chown(&settings.workspace, Some(1000), Some(1000)).unwrap();
    let registry = Registry::open(settings, super::backends(docker), store).await.unwrap();
    let error = registry.create(CreateRequest::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ImageNotFound);
    assert!(error.suggestion.contains("docker pull"), "{error:?}");
}
