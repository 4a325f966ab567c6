//! One command from the server's side: reads its output, and keeps time and output.

use std::time::Instant;

use bollard::container::LogOutput;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::container::Container;
use super::sandbox::DockerSandbox;
use super::turn::{MARK, Script, Stopped, Turn};
use crate::error::Result;
use crate::sandbox::exec::{ChunkSender, Ended, ExecRequest, ExecResult, Stream};
use crate::sandbox::reader::Reader;

/// Runs in the container, before, beside and behind the command.
const INSIDE: Script = Script { text: include_str!("inside.sh"), is_on_terminal: false };

pub(super) async fn run(
    sandbox: &DockerSandbox,
    request: ExecRequest,
    chunks: Option<ChunkSender>,
) -> Result<ExecResult> {
    let start = Instant::now();
    let bound = (sandbox.record.limits.output_mb << 20) / 2;
    let mut stdout = Reader::new(Stream::Stdout, &request, chunks.clone(), bound);
    let mut stderr = Reader::new(Stream::Stderr, &request, chunks, bound);
    let mut turn = Turn::begin(sandbox, &request, &INSIDE).await?;
    let work = async {
        let read = read(&mut turn.container, &turn.exec, &mut stdout, &mut stderr);
        timeout(request.timeout, read).await.unwrap_or(Ok(Some(Stopped::For(Ended::TimedOut))))
    };
    let stopped = turn.watch.until(work).await;
    let (outcome, usage) = turn.end(stopped, &request).await?;
    Ok(outcome.result(stdout, stderr, start.elapsed(), usage))
}

/// Until the command ends, or something else has to end it.
async fn read(
    container: &mut Container,
    exec: &str,
    stdout: &mut Reader,
    stderr: &mut Reader,
) -> Result<Option<Stopped>> {
    let mut frames = container.start_exec(exec).await?;
    while let Some(Ok(frame)) = frames.next().await {
        let (reader, bytes) = match frame {
            LogOutput::StdErr { message } => (&mut *stderr, message),
            LogOutput::StdOut { message } | LogOutput::Console { message } => (&mut *stdout, message),
            LogOutput::StdIn { .. } => continue,
        };
        if let Some(why) = bytes.strip_prefix(MARK.as_bytes()) {
            return Ok(Some(if why == b" folder" { Stopped::NoFolder } else { Stopped::NoProgram }));
        }
        container.log(&bytes).await;
        if let Err(ended) = reader.take(&bytes).await {
            return Ok(Some(Stopped::For(ended)));
        }
    }
    Ok(None)
}
