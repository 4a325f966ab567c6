//! One command on a terminal of a container: passes keys in and what is shown out.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use super::attach::Terminal;
use super::container::{Container, Resizer};
use super::sandbox::DockerSandbox;
use super::turn::{MARK, Script, Stopped, Turn};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::exec::Ended;
use crate::sandbox::outcome::Outcome;
use crate::sandbox::terminal::{Input, Line, Size, TerminalEnd, TerminalRequest};

/// Runs in the container before the command.
const INSIDE: Script = Script { text: include_str!("terminal.sh"), is_on_terminal: true };
/// How much is read at once, in bytes.
const READ: usize = 4096;
/// The longest line that our script writes.
const LONGEST: usize = 1024;

/// Runs the command until it ends, or the line is hung up.
pub(super) async fn run(
    sandbox: &DockerSandbox,
    request: TerminalRequest,
    line: Line,
) -> Result<TerminalEnd> {
    let TerminalRequest { mut exec, size } = request;
    exec.env.entry("TERM".to_owned()).or_insert_with(|| "xterm-256color".to_owned());
    let mut turn = Turn::begin(sandbox, &exec, &INSIDE).await?;
    let stopped = turn.watch.until(talk(&mut turn.container, &turn.exec, size, line)).await;
    let (Outcome { ended, exit_code, signal }, usage) = turn.end(stopped, &exec).await?;
    Ok(TerminalEnd { ended, exit_code, signal, usage })
}

/// Until the command ends, or something else has to end it.
async fn talk(container: &mut Container, exec: &str, size: Size, line: Line) -> Result<Option<Stopped>> {
    let mut terminal = container.start_terminal(exec).await?;
    let resizer = container.resizer(exec);
    let mut shown = Vec::new();
    match hear(&mut terminal, &mut shown).await?.as_str() {
        "ready" => {}
        "folder" => return Ok(Some(Stopped::NoFolder)),
        _ => return Ok(Some(Stopped::NoProgram)),
    }
    resizer.resize(size).await?;
    terminal.write_all(b"\n").await.map_err(|error| broken(&error))?;
    hear(&mut terminal, &mut shown).await?;
    let Line { opened, mut input, output } = line;
    opened.send(()).ok();
    let (reader, writer) = tokio::io::split(terminal);
    tokio::select! {
        () = listen(writer, &resizer, &mut input) => Ok(Some(Stopped::For(Ended::Signalled))),
        () = pass_on(reader, shown, container, &output) => Ok(None),
    }
}

/// The next word of our script. What was read behind it stays in `shown`.
async fn hear(terminal: &mut Terminal, shown: &mut Vec<u8>) -> Result<String> {
    loop {
        while let Some(end) = shown.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = shown.drain(..=end).collect();
            // The other lines are echoes.
            if let Some(word) = String::from_utf8_lossy(&line).trim().strip_prefix(MARK) {
                return Ok(word.trim().to_owned());
            }
        }
        let read = terminal.read_buf(shown).await.map_err(|error| broken(&error))?;
        if read == 0 || shown.len() > LONGEST {
            return Err(broken(&String::from_utf8_lossy(shown).trim()));
        }
    }
}

/// Does what comes, until nobody is left who could ask for more.
async fn listen(mut terminal: impl AsyncWrite + Unpin, resizer: &Resizer, input: &mut mpsc::Receiver<Input>) {
    while let Some(next) = input.recv().await {
        // A terminal whose command has gone takes nothing any more; that it has gone is told elsewhere.
        match next {
            Input::Keys(keys) => {
                let _ = terminal.write_all(&keys).await;
                let _ = terminal.flush().await;
            }
            Input::Resize(size) => {
                let _ = resizer.resize(size).await;
            }
        }
    }
}

/// Passes on what is shown, until the command has ended.
async fn pass_on(
    mut terminal: impl AsyncRead + Unpin,
    first: Vec<u8>,
    container: &mut Container,
    output: &mpsc::Sender<Vec<u8>>,
) {
    let mut bytes = first;
    loop {
        if !bytes.is_empty() {
            container.log(&bytes).await;
            if output.send(bytes).await.is_err() {
                return;
            }
        }
        bytes = Vec::with_capacity(READ);
        match terminal.read_buf(&mut bytes).await {
            Ok(1..) => {}
            _ => return,
        }
    }
}

fn broken(why: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorCode::SandboxFailed, format!("the terminal's command could not be started: {why}"))
        .suggest("look whether the image has `sh` and `echo`, or choose another")
}
