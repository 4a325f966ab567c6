//! A terminal that this process has: what it shows, and how others learn that there is more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::recording::Recorder;
use super::records::{Records, TerminalInfo};
use super::screen::Screen;
use super::text::Text;
use crate::error::{Error, Result};
use crate::sandbox::{Ended, Input, Size, TerminalEnd};

/// How much a terminal shows in one second, in bytes. A program that writes faster is slowed down.
const PACE: usize = 4 << 20;

/// One terminal; its command may have ended.
#[derive(Debug)]
pub(super) struct Live {
    state: Mutex<State>,
    news: watch::Sender<()>,
    line: Mutex<Option<mpsc::Sender<Input>>>,
}

/// How it stands.
#[derive(Debug)]
pub(super) struct State {
    pub(super) info: TerminalInfo,
    pub(super) text: Text,
    pub(super) screen: Screen,
    recording: Option<Recorder>,
    /// When it has shown something.
    pub(super) shown: Instant,
    /// When somebody has asked something of it.
    pub(super) used: Instant,
    /// Where the last answer ended.
    pub(super) read: u64,
    /// Why this server ends it.
    pub(super) ending: Option<String>,
}

impl Live {
    pub(super) fn new(
        info: TerminalInfo,
        kept: usize,
        recording: Option<Recorder>,
        line: mpsc::Sender<Input>,
    ) -> Self {
        let (text, screen, now) = (Text::new(kept), Screen::new(info.size), Instant::now());
        let state = State { info, text, screen, recording, shown: now, used: now, read: 0, ending: None };
        Self { state: Mutex::new(state), news: watch::Sender::new(()), line: Mutex::new(Some(line)) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// News from now on.
    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    pub(super) fn info(&self) -> TerminalInfo {
        self.lock().info.clone()
    }

    pub(super) fn resize(&self, size: Size) {
        let mut state = self.lock();
        state.info.size = size;
        state.screen.resize(size);
        if let Some(recording) = &mut state.recording {
            recording.resized(size);
        }
    }

    /// Does something at it; gives false when there is nobody any more to do it for. Comes back at the latest when
    /// somebody hangs up.
    pub(super) async fn send(&self, input: Input) -> bool {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(line) = line else { return false };
        tokio::select! {
            sent = line.send(input) => sent.is_ok(),
            () = self.until(|state| state.ending.is_some()) => false,
        }
    }

    /// Ends its command, and waits until it has ended.
    pub(super) async fn hang_up(&self, why: &str) -> TerminalInfo {
        self.lock().ending = Some(why.to_owned());
        self.line.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.news.send_replace(());
        self.ended().await
    }

    /// Waits until its command has ended.
    pub(super) async fn ended(&self) -> TerminalInfo {
        self.until(|state| !state.info.is_open).await;
        self.info()
    }

    async fn until(&self, is_true: impl Fn(&State) -> bool) {
        let mut news = self.news();
        while !is_true(&self.lock()) {
            // An error cannot be: the sender is here.
            news.changed().await.ok();
        }
    }

    fn show(&self, bytes: &[u8]) -> Vec<u8> {
        let mut state = self.lock();
        state.text.push(bytes);
        state.shown = Instant::now();
        if let Some(recording) = &mut state.recording {
            recording.shown(bytes);
        }
        state.screen.show(bytes)
    }

    fn end(&self, end: Result<TerminalEnd>) -> TerminalInfo {
        let mut state = self.lock();
        let ending = state.ending.clone();
        let (reason, exit_code) = match end {
            Err(error) => (error.message, None),
            Ok(_) if ending.is_some() => (ending.unwrap_or_default(), None),
            Ok(end) => (reason(&end), end.exit_code),
        };
        state.info.end(reason, exit_code);
        state.info.clone()
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.lock().recording.is_some()
    }

    pub(super) fn begin_recording(&self, recorder: Recorder, uri: String) -> TerminalInfo {
        let mut state = self.lock();
        state.recording = Some(recorder);
        state.info.recording_uri = Some(uri);
        state.info.clone()
    }

    /// Whether there was one to end.
    pub(super) async fn end_recording(&self) -> bool {
        let Some(mut recorder) = self.lock().recording.take() else { return false };
        if let Some(part) = recorder.take() {
            part.write().await;
        }
        true
    }

    async fn record(&self) {
        let part = self.lock().recording.as_mut().and_then(Recorder::take);
        if let Some(part) = part {
            part.write().await;
        }
    }
}

fn reason(end: &TerminalEnd) -> String {
    match (end.ended, end.exit_code, end.signal) {
        (Ended::Exited, Some(code), _) => format!("its command has ended with {code}"),
        (Ended::Signalled, _, Some(signal)) => format!("its command was ended by signal {signal}"),
        (ended, ..) => format!("its command was ended: {}", ended.word()),
    }
}

/// Takes up what a terminal shows, until its command has ended.
pub(super) async fn follow(
    live: Arc<Live>,
    mut output: mpsc::Receiver<Vec<u8>>,
    answers: mpsc::WeakSender<Input>,
    command: JoinHandle<Result<TerminalEnd>>,
    records: Records,
) {
    let mut pace = Pace { begun: Instant::now(), bytes: 0 };
    while let Some(bytes) = output.recv().await {
        let answer = live.show(&bytes);
        live.news.send_replace(());
        if let Some(input) = answers.upgrade().filter(|_| !answer.is_empty()) {
            // A program that asks and does not read the answers gets no more of them.
            input.try_send(Input::Keys(answer)).ok();
        }
        live.record().await;
        pace.keep(bytes.len()).await;
    }
    let end = command.await.unwrap_or_else(|error| Err(Error::internal(error)));
    live.record().await;
    let info = live.end(end);
    if let Err(error) = records.close(&info).await {
        tracing::error!("the end of the terminal {} cannot be kept: {error}", info.terminal_id);
    }
    live.news.send_replace(());
}

/// How fast a terminal is read.
struct Pace {
    begun: Instant,
    bytes: usize,
}

impl Pace {
    /// Waits when more has come in a tenth of a second than may.
    async fn keep(&mut self, bytes: usize) {
        const SPAN: Duration = Duration::from_millis(100);
        if self.begun.elapsed() > SPAN {
            *self = Self { begun: Instant::now(), bytes: 0 };
        }
        self.bytes += bytes;
        if self.bytes > PACE / 10 {
            sleep_until(self.begun + SPAN).await;
        }
    }
}
