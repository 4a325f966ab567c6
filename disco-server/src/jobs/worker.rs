//! One job from its turn to its end.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::analysis::Analyst;
use super::artifacts;
use super::log::Writer;
use super::place;
use super::records::cancelled;
use super::run::{Run, RunError, Spec, Status};
use super::{Jobs, Live};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{Chunk, Ended, Handle};
use crate::terminal::{ExecuteRequest, execute_within};

/// How much of each stream of a step its record keeps.
const KEPT_OUTPUT: usize = 8 << 10;
/// How often it is looked whether another process has asked for the job's end.
const LOOK: Duration = Duration::from_millis(200);
/// How much output is taken into the log at once.
const BATCH: usize = 64 << 10;

/// How a job has ended.
type End = (Status, Option<RunError>);

/// Waits for a turn, and runs the job. What cannot be kept is only told in the log of the server: there is no other
/// place.
pub(super) async fn work(jobs: Jobs, id: String, live: std::sync::Arc<Live>) {
    let turn = tokio::select! {
        turn = jobs.inner.turns.acquire() => turn.ok(),
        () = live.cancelled() => None,
    };
    if turn.is_some()
        && let Err(error) = run(&jobs, &id, &live).await
    {
        tracing::error!("the job {id} is lost: {error}");
    }
    jobs.let_go(&id);
    live.tell();
}

async fn run(jobs: &Jobs, id: &str, live: &Live) -> Result<()> {
    let Some((spec, mut run)) = jobs.inner.records.start(id).await? else { return Ok(()) };
    live.tell();
    let mut sandbox = None;
    let work = async {
        let sandbox = sandbox.insert(place::enter(jobs, &spec, &mut run).await?);
        steps(jobs, sandbox, &spec, &mut run, live).await
    };
    let (status, error) = tokio::select! {
        biased;
        () = asked_to_end(jobs, id, live) => (Status::Cancelled, Some(cancelled())),
        end = work => end.unwrap_or_else(|error| (Status::Failed, Some(told(&error)))),
    };
    let taken = match sandbox {
        Some(sandbox) => {
            let process = jobs.inner.records.store.process().id().to_owned();
            let most = jobs.inner.bounds.artifact_bytes;
            artifacts::take(&jobs.inner.blobs, sandbox.root(), spec.artifacts.clone(), process, most).await
        }
        None => Ok(artifacts::Taken::default()),
    };
    let taken = taken.unwrap_or_else(|error| {
        run.notes.push(format!("no artifacts were kept: {}", error.message));
        artifacts::Taken::default()
    });
    run.notes.extend(taken.notes.iter().cloned());
    run.artifacts.clone_from(&taken.artifacts);
    place::leave(jobs, &spec, &mut run).await;
    run.finish(status, error);
    let blobs = jobs.inner.blobs.clone();
    jobs.inner.records.finish(&run, move |_| blobs.settle(&taken)).await?;
    jobs.forget_the_oldest().await
}

/// Ends when this process, or another one, has asked for the job's end.
async fn asked_to_end(jobs: &Jobs, id: &str, live: &Live) {
    let elsewhere = async {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if jobs.inner.records.is_cancelled(id).await.unwrap_or(false) {
                break;
            }
        }
    };
    tokio::select! {
        () = live.cancelled() => {}
        () = elsewhere => {}
    }
}

async fn steps(jobs: &Jobs, sandbox: &Handle, spec: &Spec, run: &mut Run, live: &Live) -> Result<End> {
    let mut analyst = Analyst::default();
    let mut log = Writer::new(jobs.inner.records.store.clone(), &run.job_id, jobs.inner.bounds.log_bytes);
    let end = Instant::now() + Duration::from_secs(spec.timeout);
    for (number, command) in (1..).zip(&spec.commands) {
        let left = end.saturating_duration_since(Instant::now());
        let request = ExecuteRequest {
            command: command.clone(),
            working_dir: spec.working_dir.clone(),
            env: spec.env.clone(),
            timeout_ms: None,
            max_output_bytes: Some(KEPT_OUTPUT),
        };
        let done = step(sandbox, request, left, number, (&mut log, &mut analyst), live).await?;
        run.add(command, &done);
        run.log_analysis = analyst.so_far();
        jobs.inner.records.save(run).await?;
        live.tell();
        let failed = |code: &str, message: String| Some(RunError { code: code.to_owned(), message });
        match (done.ended, done.exit_code) {
            (Ended::Exited, Some(0)) => {}
            (Ended::TimedOut, _) => {
                let message =
                    format!("it did not end within {} seconds; command {number} ran then", spec.timeout);
                return Ok((Status::TimedOut, failed("JOB_TIMEOUT", message)));
            }
            (Ended::Exited, code) => {
                let message = format!("command {number} has ended with {}", code.unwrap_or(-1));
                return Ok((Status::Failed, failed("COMMAND_FAILED", message)));
            }
            (ended, _) => {
                let message = format!("command {number} was ended: {}", ended.word());
                return Ok((Status::Failed, failed("COMMAND_KILLED", message)));
            }
        }
    }
    Ok((Status::Success, None))
}

/// Runs one command, and keeps its output as it comes.
async fn step(
    sandbox: &Handle,
    request: ExecuteRequest,
    left: Duration,
    number: u64,
    (log, analyst): (&mut Writer, &mut Analyst),
    live: &Live,
) -> Result<crate::sandbox::ExecResult> {
    let (sender, mut chunks) = mpsc::channel::<Chunk>(64);
    let job = log.job().to_owned();
    let keep = async {
        while let Some(first) = chunks.recv().await {
            let mut batch = vec![first];
            let mut bytes = batch[0].text.len();
            while bytes < BATCH
                && let Ok(next) = chunks.try_recv()
            {
                bytes += next.text.len();
                batch.push(next);
            }
            for chunk in &batch {
                analyst.take(chunk);
            }
            log.add(number, batch).await?;
            live.tell();
        }
        Ok::<_, Error>(())
    };
    let (done, ()) =
        tokio::try_join!(execute_within(&**sandbox, request, left, Some(&job), Some(sender)), keep)?;
    Ok(done)
}

fn told(error: &Error) -> RunError {
    let code =
        if error.code == ErrorCode::Internal { "RUN_JOB_ERROR".to_owned() } else { error.code.as_str() };
    RunError { code, message: error.message.clone() }
}
