//! One command from the server's side: takes a container, reads the output, and keeps time, output, memory and disk.

use std::time::Instant;

use bollard::container::LogOutput;
use futures_util::StreamExt;
use tokio::time::{sleep, sleep_until};

use super::DockerSandbox;
use super::container::{Container, Exec, own_variables};
use super::usage::Meter;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::exec::{ChunkSender, Ended, ExecRequest, ExecResult, Stream};
use crate::sandbox::outcome::{Outcome, gone, variables};
use crate::sandbox::paths::RelPath;
use crate::sandbox::reader::Reader;

/// Runs in the container, before, beside and behind the command.
const INSIDE: &str = include_str!("inside.sh");
/// What our script writes in the place of a command that it cannot start.
const MARK: &str = "disco-cannot-start:";

pub(super) async fn run(
    sandbox: &DockerSandbox,
    request: ExecRequest,
    chunks: Option<ChunkSender>,
) -> Result<ExecResult> {
    let start = Instant::now();
    sandbox.disk.begin(&sandbox.root).await;
    let limits = &sandbox.record.limits;
    let (mut container, mut exec) = begin(sandbox, &request).await?;
    let began = Instant::now();
    let (meter, before) = (container.meter.clone(), container.meter.read());
    let kills = meter.kills();
    let bound = (limits.output_mb << 20) / 2;
    let mut stdout = Reader::new(Stream::Stdout, &request, chunks.clone(), bound);
    let mut stderr = Reader::new(Stream::Stderr, &request, chunks, bound);
    let mut closed = sandbox.closed.subscribe();
    let mut memory = sandbox.watch_memory(&container.id).await?;
    container.log_line(&format!("$ {}", shortened(&request.argv))).await;
    let stopped = tokio::select! {
        biased;
        _ = closed.wait_for(|closed| *closed) => Err(gone(&sandbox.record.id)),
        read = read(&mut exec, &mut container, &mut stdout, &mut stderr) => Ok(read.err()),
        () = sleep_until((began + request.timeout).into()) => Ok(Some(Stopped::For(Ended::TimedOut))),
        () = memory.starves() => Ok(Some(Stopped::For(Ended::MemoryLimit))),
        ended = outgrow(sandbox, &meter, kills) => Ok(Some(Stopped::For(ended))),
    };
    let outcome = match stopped {
        Ok(None) => {
            let code = container.exit_code(&exec.id).await;
            let is_killed = code.is_none_or(|code| code == 128 + 9);
            if is_killed && (meter.kills() > kills || memory.has_starved().await) {
                Ok(Outcome::killed(Ended::MemoryLimit))
            } else {
                code.map(Outcome::exited).ok_or_else(killed_from_outside)
            }
        }
        Ok(Some(Stopped::For(ended))) => Ok(Outcome::killed(ended)),
        Ok(Some(Stopped::NoProgram)) => Err(no_program(&request.argv)),
        Ok(Some(Stopped::NoFolder)) => Err(no_folder(&request.working_dir)),
        Err(error) => Err(error),
    };
    let usage = meter.since(before);
    let told = outcome.as_ref().map_or_else(|error| error.message.clone(), words);
    container.log_line(&format!("[{told} after {} ms]", began.elapsed().as_millis())).await;
    let is_clean = outcome.as_ref().is_ok_and(|outcome| outcome.ended == Ended::Exited);
    sandbox.lay_aside(container, is_clean).await;
    let outcome = outcome?;
    if outcome.ended == Ended::DiskLimit {
        sandbox.disk.settle(&sandbox.root).await;
    }
    Ok(outcome.result(stdout, stderr, start.elapsed(), usage))
}

/// Starts the command in the container at rest, or in a new one if that is gone or there is none.
async fn begin(sandbox: &DockerSandbox, request: &ExecRequest) -> Result<(Container, Exec)> {
    let folder = RelPath::parse(&request.working_dir)?.inside();
    let mut argv: Vec<String> = ["sh", "-c", INSIDE, MARK].map(str::to_owned).into();
    argv.push(folder);
    argv.extend(request.argv.iter().cloned());
    let env = variables(own_variables(), &sandbox.record, request)?;
    let env: Vec<String> = env.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    if let Some(mut container) = sandbox.take_at_rest()
        && let Some(exec) = container.exec(argv.clone(), env.clone(), sandbox.user).await?
    {
        return Ok((container, exec));
    }
    let mut container = sandbox.start_container().await?;
    match container.exec(argv, env, sandbox.user).await? {
        Some(exec) => Ok((container, exec)),
        None => Err(killed_from_outside()),
    }
}

/// Why nothing more is read.
enum Stopped {
    For(Ended),
    NoProgram,
    NoFolder,
}

async fn read(
    exec: &mut Exec,
    container: &mut Container,
    stdout: &mut Reader,
    stderr: &mut Reader,
) -> Result<(), Stopped> {
    while let Some(Ok(frame)) = exec.frames.next().await {
        let (reader, bytes) = match frame {
            LogOutput::StdErr { message } => (&mut *stderr, message),
            LogOutput::StdOut { message } | LogOutput::Console { message } => (&mut *stdout, message),
            LogOutput::StdIn { .. } => continue,
        };
        if let Some(why) = bytes.strip_prefix(MARK.as_bytes()) {
            return Err(if why == b" folder" { Stopped::NoFolder } else { Stopped::NoProgram });
        }
        container.log(&bytes).await;
        reader.take(&bytes).await.map_err(Stopped::For)?;
    }
    Ok(())
}

/// Ends when the workspace has become too large, or a part of the command was killed for want of memory. (Docker tells
/// of that too, Podman does not.)
async fn outgrow(sandbox: &DockerSandbox, meter: &Meter, kills: u64) -> Ended {
    let mut watch = sandbox.disk.watch(&sandbox.root);
    loop {
        sleep(watch.pause()).await;
        if meter.kills() > kills {
            return Ended::MemoryLimit;
        }
        if watch.is_exceeded().await {
            return Ended::DiskLimit;
        }
    }
}

fn killed_from_outside() -> Error {
    Error::new(ErrorCode::SandboxFailed, "the container was ended from outside, and the command with it")
        .suggest("try again: a new container is made for the next command")
}

fn no_program(argv: &[String]) -> Error {
    let program = argv.first().map_or("", String::as_str).escape_debug();
    Error::new(ErrorCode::CommandNotFound, format!("there is no program `{program}` in the image"))
        .suggest("check the program's name, or choose another image")
}

fn no_folder(folder: &str) -> Error {
    Error::new(ErrorCode::FileNotFound, format!("there is no folder `{}`", folder.escape_debug()))
        .suggest("make the folder first")
}

fn words(outcome: &Outcome) -> String {
    match outcome.exit_code {
        Some(code) => format!("exit code {code}"),
        None => outcome.ended.word().to_owned(),
    }
}

/// The command for the log, in one line.
fn shortened(argv: &[String]) -> String {
    let line: String = argv.join(" ").chars().take(1000).collect();
    line.replace('\n', "\\n")
}
