//! One command from the server's side: starts the launcher, reads the output, and keeps time, output and disk.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::unix::pipe;
use tokio::time::{sleep, sleep_until};

use super::cgroup::Group;
use super::hand_over::{Answer, Control, Thing};
use super::plain;
use super::ready::Ready;
use super::spec::{Report, Spec};
use super::zygote::{Launcher, Process};
use super::{LocalSandbox, host_user};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::exec::{ChunkSender, Ended, ExecRequest, ExecResult, Stream, Usage};
use crate::sandbox::network::{self, Access, Proxy};
use crate::sandbox::outcome::{Outcome, gone, variables};
use crate::sandbox::paths::RelPath;
use crate::sandbox::processes::{Listed, Place};
use crate::sandbox::reader::Reader;

/// How long a sandbox that was told to die may take before its launcher is killed too.
const GRACE: Duration = Duration::from_secs(2);

pub(super) async fn run(
    sandbox: &LocalSandbox,
    request: ExecRequest,
    chunks: Option<ChunkSender>,
) -> Result<ExecResult> {
    let start = Instant::now();
    let access = access(sandbox, &request)?;
    sandbox.usage.begin(&sandbox.root).await;
    let group = Arc::new(Group::create(&sandbox.shared.places, &sandbox.record.limits));
    let spec = specify(sandbox, &request, &group, access.as_ref())?;
    let mut running = Running::start(sandbox, &spec, &group, request.belongs_to.clone()).await?;
    let bound = (sandbox.record.limits.output_mb << 20) / 2;
    let mut stdout = Reader::new(Stream::Stdout, &request, chunks.clone(), bound);
    let mut stderr = Reader::new(Stream::Stderr, &request, chunks, bound);
    let mut closed = sandbox.closed.subscribe();
    let stopped = {
        let (out, err) = (running.stdout.take(), running.stderr.take());
        let serve = running.serve(sandbox, access);
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => Err(gone(&sandbox.record.id)),
            read = async {
                serve.await?;
                Ok(tokio::try_join!(stdout.read(out), stderr.read(err)).err())
            } => read,
            () = sleep_until((start + request.timeout).into()) => Ok(Some(Ended::TimedOut)),
            ended = outgrow(sandbox, &group) => Ok(Some(ended)),
        }
    };
    let (report, usage) = running.finish(!matches!(stopped, Ok(None))).await?;
    let ended = match stopped? {
        Some(ended) => Outcome::killed(ended),
        None => outcome(report, &group)?,
    };
    if ended.ended == Ended::DiskLimit {
        sandbox.usage.settle(&sandbox.root).await;
    }
    Ok(ended.result(stdout, stderr, start.elapsed(), usage))
}

/// Ends when the workspace has become too large, or a part of the command was killed for want of memory: what is
/// left of it would be no command that anybody meant.
pub(super) async fn outgrow(sandbox: &LocalSandbox, group: &Group) -> Ended {
    let mut watch = sandbox.usage.watch(&sandbox.root);
    loop {
        sleep(watch.pause()).await;
        if group.ran_out_of_memory() {
            return Ended::MemoryLimit;
        }
        if watch.is_exceeded().await {
            return Ended::DiskLimit;
        }
    }
}

/// What the command can reach: what it alone is given, else what the sandbox has.
pub(super) fn access(sandbox: &LocalSandbox, request: &ExecRequest) -> Result<Option<Access>> {
    match &request.access {
        Some(access) => Ok(Some(access.clone())),
        None => Access::of(&sandbox.record.network, &sandbox.shared.options.network.allowed),
    }
}

pub(super) fn specify(
    sandbox: &LocalSandbox,
    request: &ExecRequest,
    group: &Group,
    access: Option<&Access>,
) -> Result<Spec> {
    let limits = &sandbox.record.limits;
    let tools = &sandbox.shared.options.tools;
    let env = environment(sandbox, request, access)?;
    Ok(Spec {
        workspace: sandbox.root.host_path().to_owned(),
        user: host_user(&sandbox.root)?,
        root: sandbox.record.root.clone(),
        tools: tools.clone(),
        cgroups: group.entrances().to_vec(),
        memory_is_bounded: group.bounds_memory(),
        plain: plain::words(&request.argv, &env),
        argv: request.argv.clone(),
        instead: request.instead.clone(),
        env,
        working_dir: RelPath::parse(&request.working_dir)?.inside(),
        memory: limits.memory_mb << 20,
        file_size: limits.file_mb.min(limits.disk_mb) << 20,
        tmp_size: limits.tmp_mb << 20,
        processes: limits.processes,
        open_files: limits.open_files,
        proxy: access.map(|_| network::PORT),
        terminal: None,
    })
}

fn environment(
    sandbox: &LocalSandbox,
    request: &ExecRequest,
    access: Option<&Access>,
) -> Result<Vec<(String, String)>> {
    let tools = sandbox.shared.options.tools.iter().map(|tool| format!("{}/bin:", tool.display()));
    let path = tools.collect::<String>() + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let own = [
        ("PATH", path.as_str()),
        ("HOME", "/home/disco"),
        ("USER", "disco"),
        ("LOGNAME", "disco"),
        ("SHELL", "/bin/bash"),
        ("LANG", "C.UTF-8"),
        ("TERM", "dumb"),
        ("TMPDIR", "/tmp"),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let network = access.map(Access::variables).unwrap_or_default();
    variables(own.into_iter().chain(network).collect(), &sandbox.record, request)
}

/// The launcher at work. Dropping it kills the launcher, and with it the sandbox.
pub(super) struct Running {
    process: Process,
    stdout: Option<pipe::Receiver>,
    stderr: Option<pipe::Receiver>,
    pub(super) control: Control,
    /// What the launcher has said before it was asked.
    report: Option<Report>,
    /// Kept for its end.
    proxy: Option<Proxy>,
    listed: Listed,
    group: Arc<Group>,
    ready: Arc<Ready>,
}

impl Running {
    pub(super) async fn start(
        sandbox: &LocalSandbox,
        spec: &Spec,
        group: &Arc<Group>,
        belongs_to: Option<String>,
    ) -> Result<Self> {
        let ready = sandbox.shared.ready.clone();
        let Launcher { process, control, stdout, stderr } = ready.launch(spec).await?;
        let listed = sandbox.runs.enter(process.pid().map_or(Place::Unseen, Place::Below), belongs_to);
        let (stdout, stderr) = (Some(stdout), Some(stderr));
        Ok(Self {
            process,
            stdout,
            stderr,
            control,
            report: None,
            proxy: None,
            listed,
            group: group.clone(),
            ready,
        })
    }

    /// Serves the command's network, as soon as process 1 listens for it.
    pub(super) async fn serve(&mut self, sandbox: &LocalSandbox, access: Option<Access>) -> Result<()> {
        let Some(access) = access else { return Ok(()) };
        match self.control.receive(Thing::Proxy).await {
            Ok(listener) => {
                let settings = &sandbox.shared.options.network;
                self.proxy = Some(Proxy::start(listener.into(), &sandbox.record.id, access, settings)?);
            }
            Err(report) => self.report = report,
        }
        Ok(())
    }

    /// Waits for the end of the sandbox, which is the end of every process in it; `stop` hastens it. The launcher
    /// tells it as its last word, and ends behind the caller's back.
    pub(super) async fn finish(mut self, stop: bool) -> Result<(Option<Report>, Usage)> {
        let (mut report, mut usage) = (self.report.take(), None);
        if stop {
            self.control.stop();
        }
        let end = async {
            while let Some(answer) = self.control.next().await {
                match answer {
                    Answer::Report(told) => report = report.take().or(Some(told)),
                    Answer::Usage(told) => {
                        usage = Some(told);
                        return Ok(());
                    }
                    Answer::Handed(..) => {}
                }
            }
            self.process.wait().await
        };
        if stop {
            if tokio::time::timeout(GRACE, end).await.is_err() {
                self.process.kill();
                self.process.wait().await.ok();
            }
        } else {
            end.await.map_err(|error| Error::from_io("wait for the launcher", &error))?;
        }
        self.ready.after(self.process, (self.group, self.listed));
        let mut usage = usage.unwrap_or_default();
        if let Some(proxy) = &self.proxy {
            proxy.traffic().add_to(&mut usage);
        }
        Ok((report, usage))
    }
}

pub(super) fn outcome(report: Option<Report>, group: &Group) -> Result<Outcome> {
    let starved = group.ran_out_of_memory();
    match report {
        Some(Report::Exited(_) | Report::Signalled(9)) | None if starved => {
            Ok(Outcome::killed(Ended::MemoryLimit))
        }
        Some(Report::Exited(code)) => Ok(Outcome::exited(code)),
        Some(Report::Signalled(signal)) => {
            Ok(Outcome { ended: Ended::Signalled, exit_code: None, signal: Some(signal) })
        }
        Some(Report::OutOfMemory) => Ok(Outcome::killed(Ended::MemoryLimit)),
        Some(Report::NotFound(what)) => {
            Err(Error::new(ErrorCode::CommandNotFound, what).suggest("check the program's name"))
        }
        Some(Report::NoFolder(what)) => {
            Err(Error::new(ErrorCode::FileNotFound, what).suggest("make the folder first"))
        }
        Some(Report::Failed(step, why)) => Err(unavailable(&step, &why)),
        None => Err(Error::new(ErrorCode::SandboxFailed, "the sandbox was killed from outside")
            .suggest("try again; the machine may be short of memory")),
    }
}

/// No isolation, no command: the machine's refusal is passed on, with the step that met it.
fn unavailable(step: &str, why: &str) -> Error {
    let namespaces = ["unshare namespaces", "map the user", "map the group", "proc"].contains(&step);
    let code = if namespaces { ErrorCode::SandboxUnavailable } else { ErrorCode::SandboxFailed };
    Error::new(code, format!("the sandbox cannot be made, so the command was not run: {step}: {why}"))
        .suggest("run `disco doctor` on the server's machine: it tells what is missing")
}
