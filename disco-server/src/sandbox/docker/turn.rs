//! What one command has in a container: the container for itself, and somebody who watches what it takes.

use std::time::Instant;

use tokio::sync::watch;
use tokio::time::sleep;

use super::container::{Container, own_variables};
use super::sandbox::DockerSandbox;
use super::starved;
use super::usage::Meter;
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::exec::{Ended, ExecRequest, Usage};
use crate::sandbox::network::{Access, Proxy};
use crate::sandbox::outcome::{Outcome, gone, variables};
use crate::sandbox::paths::RelPath;
use crate::sandbox::processes::{self, Listed, Place};

/// What our script writes in the place of a command that it cannot start.
pub(super) const MARK: &str = "disco-cannot-start:";

/// What we run in the container around a command, or before it.
pub(super) struct Script {
    pub(super) text: &'static str,
    pub(super) is_on_terminal: bool,
}

/// A command that is ready to be started, in a container that it has for itself.
pub(super) struct Turn<'a> {
    pub(super) container: Container,
    pub(super) exec: String,
    pub(super) watch: Watch<'a>,
}

/// Why a command does not go on, other than by its own end.
pub(super) enum Stopped {
    For(Ended),
    NoProgram,
    NoFolder,
}

/// Watches what a command takes.
pub(super) struct Watch<'a> {
    sandbox: &'a DockerSandbox,
    began: Instant,
    meter: Meter,
    before: Usage,
    kills: u64,
    memory: starved::Watch,
    closed: watch::Receiver<bool>,
    proxy: Option<Proxy>,
    _listed: Listed,
}

impl<'a> Turn<'a> {
    /// Takes the container at rest, or a new one if that is gone or there is none.
    pub(super) async fn begin(
        sandbox: &'a DockerSandbox,
        request: &ExecRequest,
        script: &Script,
    ) -> Result<Self> {
        sandbox.disk.begin(&sandbox.root).await;
        let access = sandbox.access(request)?;
        let (mut container, exec) = prepare(sandbox, request, script, access.as_ref()).await?;
        let watch = match Watch::begin(sandbox, &mut container, request, script, access).await {
            Ok(watch) => watch,
            Err(error) => {
                container.kill().await;
                return Err(error);
            }
        };
        container.log_line(&format!("$ {}", shortened(&request.argv))).await;
        Ok(Self { container, exec, watch })
    }

    /// Lets go of the container, and tells how the command ended and what it has used.
    pub(super) async fn end(
        mut self,
        stopped: Result<Option<Stopped>>,
        request: &ExecRequest,
    ) -> Result<(Outcome, Usage)> {
        let outcome = match stopped {
            Ok(None) => self.own_end().await,
            Ok(Some(Stopped::For(ended))) => Ok(Outcome::killed(ended)),
            Ok(Some(Stopped::NoProgram)) => Err(no_program(&request.argv)),
            Ok(Some(Stopped::NoFolder)) => Err(no_folder(&request.working_dir)),
            Err(error) => Err(error),
        };
        let Self { mut container, watch, .. } = self;
        let mut usage = watch.meter.since(watch.before);
        let told = outcome.as_ref().map_or_else(|error| error.message.clone(), words);
        container.log_line(&format!("[{told} after {} ms]", watch.began.elapsed().as_millis())).await;
        if let Some(proxy) = watch.proxy {
            proxy.traffic().add_to(&mut usage);
            // The next command in this container will listen there.
            proxy.stop().await;
        }
        let is_clean = match &outcome {
            Ok(outcome) => outcome.ended == Ended::Exited,
            Err(error) => [ErrorCode::CommandNotFound, ErrorCode::FileNotFound].contains(&error.code),
        };
        watch.sandbox.lay_aside(container, is_clean).await;
        let outcome = outcome?;
        if outcome.ended == Ended::DiskLimit {
            watch.sandbox.disk.settle(&watch.sandbox.root).await;
        }
        Ok((outcome, usage))
    }

    async fn own_end(&mut self) -> Result<Outcome> {
        let code = self.container.exit_code(&self.exec).await;
        // The engine's word is waited for only where there is reason to.
        let was_killed = code.is_none_or(|code| code == 128 + 9);
        if self.watch.has_lost_a_part() || was_killed && self.watch.memory.has_starved().await {
            return Ok(Outcome::killed(Ended::MemoryLimit));
        }
        code.map(Outcome::exited).ok_or_else(killed_from_outside)
    }
}

impl<'a> Watch<'a> {
    async fn begin(
        sandbox: &'a DockerSandbox,
        container: &mut Container,
        request: &ExecRequest,
        script: &Script,
        access: Option<Access>,
    ) -> Result<Self> {
        let proxy = sandbox.serve(container, access).await?;
        let meter = container.meter.clone();
        let place = |cgroup| {
            let is_wrapped = !script.is_on_terminal;
            Place::In(processes::Container { cgroup, uid: sandbox.user.uid, is_wrapped })
        };
        let place = meter.cgroup().map_or(Place::Unseen, place);
        Ok(Self {
            sandbox,
            began: Instant::now(),
            before: meter.read(),
            kills: meter.kills(),
            meter,
            memory: sandbox.watch_memory(&container.id).await?,
            closed: sandbox.closed.subscribe(),
            proxy,
            _listed: sandbox.runs.enter(place, request.belongs_to.clone()),
        })
    }

    /// Lets the command go on until `work` is done, or it has taken too much, or the sandbox is closed.
    pub(super) async fn until(
        &mut self,
        work: impl Future<Output = Result<Option<Stopped>>>,
    ) -> Result<Option<Stopped>> {
        let Self { sandbox, meter, kills, memory, closed, .. } = self;
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => Err(gone(&sandbox.record.id)),
            done = work => done,
            () = memory.starves() => Ok(Some(Stopped::For(Ended::MemoryLimit))),
            ended = outgrow(sandbox, meter, *kills) => Ok(Some(Stopped::For(ended))),
        }
    }

    /// Whether a part of the command was killed for want of memory, as far as that is to be seen from here.
    fn has_lost_a_part(&self) -> bool {
        self.meter.kills() > self.kills
    }
}

async fn prepare(
    sandbox: &DockerSandbox,
    request: &ExecRequest,
    script: &Script,
    access: Option<&Access>,
) -> Result<(Container, String)> {
    let folder = RelPath::parse(&request.working_dir)?.inside();
    let mut argv: Vec<String> = ["sh", "-c", script.text, MARK].map(str::to_owned).into();
    argv.extend([folder, request.instead.clone().unwrap_or_default()]);
    argv.extend(request.argv.iter().cloned());
    let network = access.map(Access::variables).unwrap_or_default();
    let own = own_variables().into_iter().chain(network).collect();
    let env = variables(own, &sandbox.record, request)?;
    let env: Vec<String> = env.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let on_terminal = script.is_on_terminal;
    if let Some(mut container) = sandbox.take_at_rest()
        && let Some(exec) = container.prepare(argv.clone(), env.clone(), sandbox.user, on_terminal).await?
    {
        return Ok((container, exec));
    }
    let mut container = sandbox.start_container().await?;
    match container.prepare(argv, env, sandbox.user, on_terminal).await? {
        Some(exec) => Ok((container, exec)),
        None => Err(killed_from_outside()),
    }
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
