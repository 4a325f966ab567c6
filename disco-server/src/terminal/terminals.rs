//! All terminals of this process: opens, finds and closes them.

mod recorded;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::bounds::Bounds;
use super::live::{self, Live};
use super::reading::{Mode, Question, Reading, Wait, Why};
use super::recording::Recordings;
use super::records::{ListedTerminal, Records, TerminalInfo};
use super::{OpenRequest, TerminalHistory, TerminalLines, history, keys, text};
use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::{ExecRequest, Handle, Input, Line, Process, Signal, Size, TerminalEnd, TerminalRequest};
use crate::state::Store;
use crate::{moment, page, random};

/// How many things that were done at a terminal may wait for its program to take them.
const QUEUE: usize = 16;
/// How long one waits for a program to take them.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether a terminal is used.
const LOOK: Duration = Duration::from_secs(20);

/// The terminals. Clones are the same.
#[derive(Debug, Clone)]
pub struct Terminals {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    bounds: Bounds,
    records: Records,
    recordings: Recordings,
    room: Arc<Semaphore>,
    entries: Mutex<BTreeMap<String, Entry>>,
}

/// A terminal, and where it is.
#[derive(Debug, Clone)]
struct Entry {
    live: Arc<Live>,
    /// Held by the command: a terminal that has ended keeps no sandbox in use.
    sandbox: Weak<Handle>,
    _room: Arc<OwnedSemaphorePermit>,
}

impl Terminals {
    /// Opens the records. Call it within the async runtime: terminals that nobody uses are closed in time.
    ///
    /// # Errors
    /// When the state cannot be read, or the folder of recordings cannot be made.
    pub async fn open(store: Store, bounds: Bounds) -> Result<Self> {
        let recordings = Recordings::open(store.folder(), bounds.max_recordings, bounds.recording_mb << 20)?;
        let room = Arc::new(Semaphore::new(bounds.max_terminals));
        let records = Records::open(store).await?;
        let inner = Arc::new(Inner { bounds, records, recordings, room, entries: Mutex::default() });
        tokio::spawn(look_after(Arc::downgrade(&inner)));
        Ok(Self { inner })
    }

    /// Starts a command on a new terminal.
    ///
    /// # Errors
    /// `TERMINAL_LIMIT`, and when the command cannot be started.
    pub async fn start(&self, sandbox: Handle, request: OpenRequest) -> Result<TerminalInfo> {
        let (sandbox, size) = (Arc::new(sandbox), request.check()?);
        let held = Arc::downgrade(&sandbox);
        let room = self.room()?;
        let id = random::name("term")?;
        let begin = || self.inner.recordings.begin(&id, &request.command_line(), size);
        let recorder = request.record.then(begin).transpose()?;
        let info = TerminalInfo {
            terminal_id: id.clone(),
            sandbox_id: sandbox.info.sandbox_id.clone(),
            command: request.command_line(),
            size,
            is_open: true,
            opened_at: moment::now(),
            closed_at: None,
            reason: None,
            exit_code: None,
            recording_uri: recorder.as_ref().map(|_| format!("disco://terminals/{id}/recording")),
        };
        let started = start(&sandbox, request, &id, size).await?;
        self.inner.records.add(&info).await?;
        let records = self.inner.records.clone();
        let (answers, Started { input, output, command }) = (started.input.downgrade(), started);
        let kept = self.inner.bounds.terminal_kb << 10;
        let live = Arc::new(Live::new(info.clone(), kept, recorder, input));
        tokio::spawn(live::follow(live.clone(), output, answers, command, records));
        let entry = Entry { live, sandbox: held, _room: Arc::new(room) };
        self.entries().insert(id, entry);
        Ok(info)
    }

    /// Presses keys, waits for what comes of it, and reads what was not read yet.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`, `INVALID_ARGUMENT` for a key that there is not, `TIMEOUT` when the
    /// program takes nothing.
    pub async fn write(
        &self,
        id: &str,
        text: &str,
        keys: &[String],
        mode: Mode,
        wait: &Wait,
    ) -> Result<Reading> {
        keys.iter().try_for_each(|key| keys::bytes(key, false).map(drop))?;
        let entry = self.open_entry(id).await?;
        let (read, since, application) = {
            let state = entry.live.lock();
            (state.read, state.text.end(), state.screen.application_cursor())
        };
        let question = Question::new(mode, read, since, wait)?.of_the_end();
        let mut bytes = text.as_bytes().to_vec();
        for key in keys {
            bytes.extend(keys::bytes(key, application)?);
        }
        if !bytes.is_empty() {
            entry.send(Input::Keys(bytes)).await?;
        }
        Ok(entry.answer(question).await)
    }

    /// Waits, and reads on from `cursor`, or from where the last answer ended; also what a command has left that has
    /// ended.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`, `INVALID_PATTERN`.
    pub async fn read(&self, id: &str, cursor: Option<u64>, mode: Mode, wait: &Wait) -> Result<Reading> {
        let entry = self.entry(id).await?;
        let from = cursor.unwrap_or_else(|| entry.live.lock().read);
        Ok(entry.answer(Question::new(mode, from, from, wait)?).await)
    }

    /// Gives a terminal another size; its program is told.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`.
    pub async fn resize(&self, id: &str, size: Size) -> Result<TerminalInfo> {
        let entry = self.open_entry(id).await?;
        entry.live.resize(size);
        entry.send(Input::Resize(size)).await?;
        Ok(entry.live.info())
    }

    /// Sends a signal to what is in the foreground, and tells to what.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`, `PROCESS_NOT_FOUND` when nothing is in the foreground.
    pub async fn signal(&self, id: &str, signal: Signal) -> Result<Vec<Process>> {
        let entry = self.open_entry(id).await?;
        let Some(sandbox) = entry.sandbox.upgrade() else { return Err(entry.live.ended().await.closed()) };
        let mut reached = Vec::new();
        for process in sandbox.processes().await? {
            if process.belongs_to.as_deref() == Some(id) && process.is_foreground {
                match sandbox.signal(&process.process_id, signal).await {
                    // It has ended by itself.
                    Err(error) if error.code == ErrorCode::ProcessNotFound => {}
                    sent => reached.push(sent?),
                }
            }
        }
        if reached.is_empty() {
            return Err(Error::new(
                ErrorCode::ProcessNotFound,
                "nothing is in the foreground of this terminal",
            )
            .suggest("look with `process_list`, and signal a process with `process_kill`"));
        }
        Ok(reached)
    }

    /// Ends the command with all that it has started, and forgets what was shown.
    ///
    /// # Errors
    /// `TERMINAL_NOT_FOUND`, `TERMINAL_CLOSED`.
    pub async fn close(&self, id: &str) -> Result<TerminalInfo> {
        let entry = self.entry(id).await?;
        Ok(self.end(id, entry, "it was closed").await)
    }

    /// Those of this process, the oldest first.
    #[must_use]
    pub fn list(&self, sandbox: Option<&str>) -> Vec<TerminalInfo> {
        let all = self.entries().values().map(|entry| entry.live.info()).collect::<Vec<_>>().into_iter();
        let mut list: Vec<_> =
            all.filter(|info| sandbox.is_none_or(|sandbox| info.sandbox_id == sandbox)).collect();
        list.sort_by(|a, b| age(a).cmp(&age(b)));
        list
    }

    /// Those of all processes that share the data folder, the oldest first.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn list_all(&self, sandbox: Option<&str>) -> Result<Vec<ListedTerminal>> {
        let process = self.inner.records.own_process();
        let own = |info| ListedTerminal { info, process: process.to_owned(), is_own: true };
        let mut all = self.inner.records.elsewhere().await?;
        all.retain(|listed| sandbox.is_none_or(|sandbox| listed.info.sandbox_id == sandbox));
        all.extend(self.list(sandbox).into_iter().map(own));
        all.sort_by(|a, b| age(&a.info).cmp(&age(&b.info)));
        Ok(all)
    }

    /// Reads on in a recording, from its byte `cursor`.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND` when there is none.
    pub async fn read_recording(&self, id: &str, cursor: u64) -> Result<Reading> {
        let (text, length) = self.recording(id, cursor, page::BYTES).await?;
        let text = text::head(&text, page::BYTES).to_owned();
        let next = cursor + text.len() as u64;
        let info = self.entries().get(id).map(|entry| entry.live.info());
        Ok(Reading {
            terminal_id: id.to_owned(),
            text: Some(text),
            screen: None,
            cursor: next,
            left_out: 0,
            more: next < length,
            why: Why::Shown,
            is_open: info.as_ref().is_some_and(|info| info.is_open),
            exit_code: info.and_then(|info| info.exit_code),
        })
    }

    /// The terminals that a sandbox has or had, the newest first.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub async fn history(&self, sandbox: &str, before: Option<u64>, limit: usize) -> Result<TerminalHistory> {
        let numbered = self.inner.records.history(sandbox, before, limit + 1).await?;
        let (terminals, next_before) = page::page(numbered, limit);
        Ok(TerminalHistory { terminals, next_before })
    }

    /// The last lines that a recorded terminal has shown and that have the text `search`.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND` when there is no recording.
    pub async fn lines(&self, id: &str, search: String, limit: usize) -> Result<TerminalLines> {
        let recording = self.whole_recording(id).await?;
        let look = move || history::lines(&recording, &search, limit);
        tokio::task::spawn_blocking(look).await.map_err(Error::internal)
    }

    /// The whole of a recording.
    ///
    /// # Errors
    /// `FILE_NOT_FOUND` when there is none.
    pub async fn whole_recording(&self, id: &str) -> Result<String> {
        Ok(self.recording(id, 0, usize::MAX).await?.0)
    }

    async fn recording(&self, id: &str, offset: u64, most: usize) -> Result<(String, u64)> {
        let (recordings, id) = (self.inner.recordings.clone(), id.to_owned());
        let read = tokio::task::spawn_blocking(move || recordings.read(&id, offset, most)).await;
        let (mut bytes, length) = read.map_err(Error::internal)??;
        // The bytes are our own text; a page may end within a character.
        let whole = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
        bytes.truncate(whole);
        Ok((String::from_utf8_lossy(&bytes).into_owned(), length))
    }

    /// Closes those that nobody has used for too long at the moment `now`.
    pub async fn close_the_unused(&self, now: Instant) {
        let idle = Duration::from_mins(self.inner.bounds.terminal_idle_minutes);
        let is_unused = |entry: &Entry| entry.live.lock().used + idle <= now;
        let unused: Vec<(String, Entry)> = self
            .entries()
            .iter()
            .filter(|(_, entry)| is_unused(entry))
            .map(|(id, entry)| (id.clone(), entry.clone()))
            .collect();
        for (id, entry) in unused {
            self.end(&id, entry, &format!("nobody has used it for {}", humantime::format_duration(idle)))
                .await;
        }
    }

    async fn end(&self, id: &str, entry: Entry, why: &str) -> TerminalInfo {
        let info = entry.live.hang_up(why).await;
        self.entries().remove(id);
        info
    }

    async fn entry(&self, id: &str) -> Result<Entry> {
        let entry = self.entries().get(id).cloned();
        match entry {
            Some(entry) => {
                entry.live.lock().used = Instant::now();
                Ok(entry)
            }
            None => Err(self.inner.records.why_not_here(id).await?),
        }
    }

    async fn open_entry(&self, id: &str) -> Result<Entry> {
        let entry = self.entry(id).await?;
        let info = entry.live.info();
        if info.is_open { Ok(entry) } else { Err(info.closed()) }
    }

    /// Room for one more. One whose command has ended makes place.
    fn room(&self) -> Result<OwnedSemaphorePermit> {
        let take = || self.inner.room.clone().try_acquire_owned();
        if let Ok(room) = take() {
            return Ok(room);
        }
        let mut entries = self.entries();
        let ended = |entry: &Entry| entry.live.info().closed_at;
        let oldest = entries.iter().filter_map(|(id, entry)| Some((ended(entry)?, id.clone()))).min();
        if let Some((_, id)) = oldest {
            entries.remove(&id);
        }
        take().map_err(|_| {
            let most = self.inner.bounds.max_terminals;
            Error::new(
                ErrorCode::TerminalLimit,
                format!("there are {most} terminals already, the most allowed"),
            )
            .suggest("close one with `terminal_close`, or raise `max_terminals`")
        })
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.inner.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    async fn send(&self, input: Input) -> Result<()> {
        match tokio::time::timeout(PATIENCE, self.live.send(input)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.live.ended().await.closed()),
            Err(_) => Err(Error::new(ErrorCode::Timeout, "the program does not read what is typed")
                .suggest("look at it with `terminal_read`, or end it with `terminal_signal`")),
        }
    }

    async fn answer(&self, question: Question) -> Reading {
        let reading = question.answer(&self.live).await;
        let mut state = self.live.lock();
        (state.used, state.read) = (Instant::now(), reading.cursor);
        drop(state);
        reading
    }
}

/// What terminals are sorted by.
fn age(info: &TerminalInfo) -> (&str, &str) {
    (&info.opened_at, &info.terminal_id)
}

/// A command that runs.
struct Started {
    input: mpsc::Sender<Input>,
    output: mpsc::Receiver<Vec<u8>>,
    command: JoinHandle<Result<TerminalEnd>>,
}

async fn start(sandbox: &Arc<Handle>, request: OpenRequest, id: &str, size: Size) -> Result<Started> {
    let shell = match &request.command {
        Some(command) => ExecRequest::shell(["-c", command]),
        None => ExecRequest::shell(["-l"]),
    };
    let exec = ExecRequest {
        working_dir: request.working_dir,
        env: request.env,
        belongs_to: Some(id.to_owned()),
        ..shell
    };
    let (input, keys) = mpsc::channel(QUEUE);
    let (shown, output) = mpsc::channel(1);
    let (tell, opened) = oneshot::channel();
    let line = Line { opened: tell, input: keys, output: shown };
    let sandbox = sandbox.clone();
    let command =
        tokio::spawn(async move { sandbox.open_terminal(TerminalRequest { exec, size }, line).await });
    if opened.await.is_ok() {
        return Ok(Started { input, output, command });
    }
    match command.await.map_err(Error::internal)? {
        Err(error) => Err(error),
        Ok(_) => Err(Error::new(ErrorCode::SandboxFailed, "the command ended before it had a terminal")
            .suggest("try again")),
    }
}

/// Closes what nobody uses, as long as there are terminals.
async fn look_after(inner: Weak<Inner>) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        Terminals { inner }.close_the_unused(Instant::now()).await;
    }
}
