//! Jobs in real sandboxes.

use std::path::Path;
use std::time::Duration;

use disco_server::error::ErrorCode;
use disco_server::jobs::{Bounds, Filter, Jobs, Run, Spec, Status};
use disco_server::sandbox::CreateRequest;
use disco_server::state::Store;

use crate::support::{eventually, is_running, registry, settings};

fn bounds() -> Bounds {
    Bounds { running: 2, queued: 100, runs: 100, log_bytes: 1 << 20, artifact_bytes: 1 << 20 }
}

async fn jobs_with(folder: &Path, bounds: Bounds) -> Jobs {
    let settings = settings(folder);
    let store = Store::open(&settings.data_dir).unwrap();
    let sandboxes = registry(settings).await;
    Jobs::open(store, sandboxes, bounds).await.unwrap()
}

fn spec<const N: usize>(commands: [&str; N]) -> Spec {
    Spec {
        commands: commands.map(str::to_owned).to_vec(),
        timeout: 60,
        triggered_by: "test".into(),
        ..Spec::default()
    }
}

async fn run(jobs: &Jobs, spec: Spec) -> Run {
    let id = jobs.submit(spec).await.unwrap().job_id;
    jobs.wait(&id).await.unwrap()
}

#[tokio::test]
async fn commands_run_one_after_the_other_until_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), bounds()).await;
    let done = run(&jobs, spec(["echo one > f", "cat f; echo oh >&2", "exit 3", "echo never"])).await;
    assert_eq!((done.status, done.steps.len()), (Status::Failed, 3));
    assert_eq!(done.steps[1].stdout, "one\n");
    assert_eq!(done.steps[1].stderr, "oh\n");
    assert_eq!(done.steps[2].exit_code, Some(3));
    let error = done.error.unwrap();
    assert_eq!(error.code, "COMMAND_FAILED");
    assert!(error.message.contains("command 3") && error.message.contains('3'), "{}", error.message);
    assert!(done.started_at.is_some() && done.finished_at.is_some());
    let log = jobs.whole_log(&done.job_id).await.unwrap();
    assert!(log.contains("one\n") && log.contains("oh\n"), "{log}");
}

#[tokio::test]
async fn what_was_used_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), bounds()).await;
    let hungry = "python3 -c \"x = b'x' * (100 << 20); sum(range(3_000_000))\"";
    let used = run(&jobs, spec([hungry])).await.resource_usage;
    assert!(used.memory_peak_mb > 90.0 && used.memory_peak_mb < 400.0, "{used:?}");
    assert!(used.cpu_seconds > 0.02 && used.cpu_seconds < 30.0, "{used:?}");
}

#[tokio::test]
async fn a_job_ends_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), bounds()).await;
    let done = run(&jobs, Spec { timeout: 1, ..spec(["echo begun", "while :; do :; done # endless"]) }).await;
    assert_eq!((done.status, done.steps[1].exit_code), (Status::TimedOut, Some(124)));
    assert_eq!(done.error.unwrap().code, "JOB_TIMEOUT");
    assert!(jobs.whole_log(&done.job_id).await.unwrap().contains("begun"));
}

#[tokio::test]
async fn a_cancelled_job_leaves_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), bounds()).await;
    let word = "sleep 98765.4321";
    let id = jobs.submit(spec([&format!("echo up; {word} & {word}")])).await.unwrap().job_id;
    jobs.follow(&id, 0, 9000, Duration::from_secs(30)).await.unwrap();
    let done = jobs.cancel(&id).await.unwrap();
    assert_eq!(done.status, Status::Cancelled);
    eventually("no process is left", || !is_running("98765.4321"));
    assert_eq!(jobs.cancel(&id).await.unwrap(), done);
}

#[tokio::test]
async fn a_job_can_be_cancelled_by_another_process_and_while_it_waits() {
    let folder = tempfile::tempdir().unwrap();
    let one = jobs_with(folder.path(), Bounds { running: 1, ..bounds() }).await;
    let other = jobs_with(folder.path(), bounds()).await;
    let id = one.submit(spec(["echo up; sleep 600"])).await.unwrap().job_id;
    let waiting = one.submit(spec(["echo never"])).await.unwrap().job_id;
    other.follow(&id, 0, 9000, Duration::from_secs(30)).await.unwrap();
    let waited = other.cancel(&waiting).await.unwrap();
    assert_eq!((waited.status, waited.started_at), (Status::Cancelled, None));
    assert_eq!(other.cancel(&id).await.unwrap().status, Status::Cancelled);
    assert_eq!(one.get(&id).await.unwrap().status, Status::Cancelled);
}

#[tokio::test]
async fn no_more_run_than_may_and_no_more_wait_than_may() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), Bounds { running: 1, queued: 2, ..bounds() }).await;
    let first = jobs.submit(spec(["echo up; until [ -e go ]; do :; done"])).await.unwrap().job_id;
    jobs.follow(&first, 0, 9000, Duration::from_secs(30)).await.unwrap();
    let second = jobs.submit(spec(["echo 2 >> order"])).await.unwrap().job_id;
    let third = jobs.submit(spec(["echo 3 >> order; cat order"])).await.unwrap().job_id;
    assert_eq!(jobs.submit(spec(["true"])).await.unwrap_err().code, ErrorCode::JobLimit);
    assert_eq!(jobs.get(&second).await.unwrap().status, Status::Queued);
    std::fs::write(folder.path().join("default/go"), "").unwrap();
    let done = jobs.wait(&third).await.unwrap();
    assert_eq!(done.steps[0].stdout, "2\n3\n");
}

#[tokio::test]
async fn files_are_kept_by_their_bytes_and_outlive_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), bounds()).await;
    let make = "mkdir -p dist/deep && printf same > dist/a && printf same > dist/deep/b && printf x > other; \
        ln -s /etc/passwd dist/link; ln -s ../other dist/near; mkfifo dist/pipe";
    let done = run(&jobs, Spec { artifacts: vec!["dist/**".into()], ..spec([make]) }).await;
    let names: Vec<_> = done.artifacts.iter().map(|artifact| artifact.name.as_str()).collect();
    assert_eq!(names, ["dist/a", "dist/deep/b"]);
    assert_eq!(done.artifacts[0].sha256, done.artifacts[1].sha256);
    run(&jobs, spec(["rm -r dist"])).await;
    let (artifact, bytes) = jobs.artifact(&done.job_id, "dist/a", 1, 2).await.unwrap();
    assert_eq!((artifact.size_bytes, bytes.as_slice()), (4, &b"am"[..]));
    let error = jobs.artifact(&done.job_id, "../../disco.db", 0, 9).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ArtifactNotFound);

    let place = folder.path().join("data/artifacts").join(&artifact.sha256[..2]).join(&artifact.sha256);
    assert!(place.exists());
    let again = run(&jobs, Spec { artifacts: vec!["z".into()], ..spec(["printf same > z"]) }).await;
    jobs.delete(&done.job_id).await.unwrap();
    assert!(place.exists(), "another job has left the same bytes");
    jobs.delete(&again.job_id).await.unwrap();
    assert!(!place.exists());
    assert_eq!(jobs.get(&done.job_id).await.unwrap_err().code, ErrorCode::JobNotFound);
    assert_eq!(std::fs::read_dir(folder.path().join("data/artifacts/parts")).unwrap().count(), 0);
}

#[tokio::test]
async fn artifacts_and_logs_have_their_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), Bounds { artifact_bytes: 10, log_bytes: 100_000, ..bounds() }).await;
    let make = "printf 12345678 > a; printf 12345678 > b; echo first; seq 100000; echo last";
    let done = run(&jobs, Spec { artifacts: vec!["?".into()], ..spec([make]) }).await;
    assert_eq!(done.status, Status::Success);
    assert_eq!(done.artifacts.len(), 1);
    assert!(done.notes[0].contains("`b` was left out"), "{:?}", done.notes);
    let log = jobs.whole_log(&done.job_id).await.unwrap();
    assert!(log.len() < 101_000 && log.starts_with("first\n1\n2\n") && log.ends_with("100000\nlast\n"));
    assert!(log.contains("bytes left out"), "the gap is told");
    let (ends, _) = jobs.ends_of_log(&done.job_id, 20_000).await.unwrap();
    assert!(ends[0].text.starts_with("first\n") && ends.last().unwrap().text.ends_with("last\n"));
    assert!(serde_json::to_string(&ends).unwrap().len() < 25_000);

    let (mut after, mut read) = (0, String::new());
    loop {
        let (pieces, _) = jobs.follow(&done.job_id, after, 20_000, Duration::ZERO).await.unwrap();
        let Some(last) = pieces.last() else { break };
        after = last.seq;
        read.extend(pieces.iter().map(|piece| piece.text.as_str()));
    }
    assert_eq!(read, log);
}

#[tokio::test]
async fn what_is_wrong_with_a_job_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), bounds()).await;
    let good = spec(["true"]);
    for (wrong, code) in [
        (spec([]), ErrorCode::InvalidArgument),
        (spec([" "]), ErrorCode::InvalidArgument),
        (Spec { timeout: 0, ..good.clone() }, ErrorCode::InvalidArgument),
        (Spec { timeout: 3601, ..good.clone() }, ErrorCode::InvalidArgument),
        (Spec { job_id: Some("../x".into()), ..good.clone() }, ErrorCode::InvalidArgument),
        (Spec { artifacts: vec!["a[".into()], ..good.clone() }, ErrorCode::InvalidPattern),
        (Spec { working_dir: "../..".into(), ..good.clone() }, ErrorCode::PathOutsideWorkspace),
        (Spec { sandbox_id: Some("none".into()), ..good.clone() }, ErrorCode::SandboxNotFound),
        (Spec { parent_job_id: Some("none".into()), ..good.clone() }, ErrorCode::JobNotFound),
    ] {
        let error = jobs.submit(wrong.clone()).await.unwrap_err();
        assert_eq!(error.code, code, "{wrong:?}: {}", error.message);
        assert!(!error.suggestion.is_empty(), "{wrong:?}");
    }
    let named = Spec { job_id: Some("mine".into()), ..good };
    run(&jobs, named.clone()).await;
    assert_eq!(jobs.submit(named).await.unwrap_err().code, ErrorCode::JobExists);
}

#[tokio::test]
async fn a_job_whose_sandbox_is_deleted_fails_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let store = Store::open(&settings.data_dir).unwrap();
    let sandboxes = registry(settings).await;
    let jobs = Jobs::open(store, sandboxes.clone(), bounds()).await.unwrap();
    let sandbox = sandboxes.create(CreateRequest::default()).await.unwrap().sandbox_id;
    let spec = Spec { sandbox_id: Some(sandbox.clone()), ..spec(["echo up; sleep 600"]) };
    let id = jobs.submit(spec).await.unwrap().job_id;
    jobs.follow(&id, 0, 9000, Duration::from_secs(30)).await.unwrap();
    sandboxes.delete(&sandbox).await.unwrap();
    let done = jobs.wait(&id).await.unwrap();
    assert_eq!((done.status, done.error.unwrap().code.as_str()), (Status::Failed, "SANDBOX_NOT_FOUND"));
}

#[tokio::test]
async fn runs_are_found_by_what_they_say_and_the_oldest_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let jobs = jobs_with(folder.path(), Bounds { runs: 3, ..bounds() }).await;
    for number in 0..5 {
        let tags = vec![format!("n{number}"), "all".to_owned()];
        run(&jobs, Spec { tags, job_id: Some(format!("job{number}")), ..spec(["exit 1"]) }).await;
    }
    // Forgetting is the last thing that a job does, behind being told as done.
    let find = async |filter: Filter| {
        let found = jobs.list(Filter { is_final: true, limit: 9, ..filter }).await.unwrap();
        found.into_iter().map(|(_, run)| run.job_id).collect::<Vec<_>>()
    };
    while find(Filter::default()).await.len() > 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        find(Filter { tags: vec!["all".into()], ..Filter::default() }).await,
        ["job4", "job3", "job2"]
    );
    assert_eq!(find(Filter { tags: vec!["n3".into()], ..Filter::default() }).await, ["job3"]);
    assert_eq!(find(Filter { status: Some(Status::Success), ..Filter::default() }).await, [""; 0]);
    assert_eq!(find(Filter { triggered_by: Some("test".into()), ..Filter::default() }).await.len(), 3);
    assert_eq!(jobs.clean_up(u64::MAX >> 1, true).await.unwrap(), 3);
    assert_eq!(jobs.clean_up(u64::MAX >> 1, false).await.unwrap(), 3);
    assert!(find(Filter::default()).await.is_empty());
}
