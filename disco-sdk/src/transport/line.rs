//! One message a line, over any pair of byte streams.
//!
//! One task owns both ends. It polls each handler once where its message was read; only a call that
//! waits becomes a task of its own. What is answered meanwhile goes out in one write.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Accepted, Conversation, Event, Limits, Running, Stop};
use crate::error::{Error, ErrorCode};
use crate::protocol::jsonrpc;

/// How much is read at once.
const CHUNK: usize = 64 << 10;
/// How many lines are handed over at once, at most.
const AT_ONCE: usize = 16;
/// No more is read while this much waits to be written.
const MOST_UNWRITTEN: usize = 1 << 20;
/// After so many chunks the task lets others run.
const CHUNKS_A_TURN: usize = 8;

/// What is read from.
pub type Input = Box<dyn AsyncRead + Send + Unpin>;
/// What is written to.
pub type Output = Box<dyn AsyncWrite + Send + Unpin>;

/// Serves one peer until its input ends or `stop` is said, then finishes what was read within
/// [`Limits::shutdown`].
///
/// # Errors
/// Whatever the streams say; a peer that has closed its reading end is one.
pub async fn serve(
    conversation: Arc<dyn Conversation>,
    input: Input,
    output: Output,
    limits: &Limits,
    stop: &Stop,
) -> io::Result<()> {
    let mut lines = Lines {
        conversation,
        input,
        output,
        chunk: vec![0; CHUNK].into(),
        unread: Vec::new(),
        skipping: false,
        ended: false,
        outgoing: Arc::default(),
        writing: Vec::new(),
        written: 0,
        calls: JoinSet::new(),
        ending: Stop::default(),
        longest: limits.message_bytes,
    };
    lines.follow(lines.conversation.listen());
    tokio::select! {
        outcome = poll_fn(|cx| lines.poll_serve(cx)) => outcome?,
        () = stop.said() => lines.ended = true,
    }
    let rest = timeout(limits.shutdown, poll_fn(|cx| lines.poll_serve(cx)));
    rest.await.unwrap_or_else(|_| {
        tracing::warn!(calls = lines.calls.len(), "calls were still under way when time ran out");
        Ok(())
    })
}

struct Lines {
    conversation: Arc<dyn Conversation>,
    input: Input,
    output: Output,
    chunk: Box<[u8]>,
    /// The beginning of a line whose end has not come yet.
    unread: Vec<u8>,
    /// Whether the rest of a line that is too long is being thrown away.
    skipping: bool,
    ended: bool,
    outgoing: Arc<Outgoing>,
    writing: Vec<u8>,
    written: usize,
    calls: JoinSet<()>,
    /// Said when nothing more is read: what lasts has to end.
    ending: Stop,
    longest: usize,
}

/// Lines on their way out, from this task and from the calls.
#[derive(Default)]
struct Outgoing(Mutex<(Vec<u8>, Option<Waker>)>);

impl Outgoing {
    /// For the task that writes: it will look again by itself.
    fn append(&self, message: &[u8]) {
        let mut inner = self.lock();
        inner.0.extend_from_slice(message);
        inner.0.push(b'\n');
    }

    /// For every other task.
    fn push(&self, message: &[u8]) {
        self.append(message);
        let waker = self.lock().1.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<u8>, Option<Waker>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Ready when everything that was read before the end is answered and written.
    fn poll_serve(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        for _ in 0..CHUNKS_A_TURN {
            while let Poll::Ready(Some(_)) = self.calls.poll_join_next(cx) {}
            let is_written = self.poll_write(cx)?.is_ready();
            if self.ended {
                if !self.ending.is_said() {
                    self.ending.now();
                }
                let is_done = is_written && self.calls.is_empty();
                return if is_done { Poll::Ready(Ok(())) } else { Poll::Pending };
            }
            if !is_written && self.unwritten() > MOST_UNWRITTEN {
                return Poll::Pending;
            }
            match self.poll_read(cx)? {
                Poll::Ready(()) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn unwritten(&self) -> usize {
        self.writing.len() - self.written + self.outgoing.lock().0.len()
    }

    /// Ready when nothing waits to be written.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.written == self.writing.len() {
                self.writing.clear();
                self.written = 0;
                self.writing.shrink_to(CHUNK);
                let mut outgoing = self.outgoing.lock();
                if outgoing.0.is_empty() {
                    outgoing.1 = Some(cx.waker().clone());
                    drop(outgoing);
                    return Pin::new(&mut self.output).poll_flush(cx);
                }
                std::mem::swap(&mut outgoing.0, &mut self.writing);
            }
            let rest = &self.writing[self.written..];
            match ready!(Pin::new(&mut self.output).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.written += written,
            }
        }
    }

    /// Reads one chunk and hands over the lines that it ends.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Taken out for as long as lines are borrowed from it; it stays filled, so nothing is cleared.
        let mut chunk = std::mem::take(&mut self.chunk);
        let mut buffer = ReadBuf::new(&mut chunk);
        let polled = Pin::new(&mut self.input).poll_read(cx, &mut buffer);
        let read = buffer.filled().len();
        if let Poll::Ready(Ok(())) = polled {
            self.ended = read == 0;
            self.take_chunk(&chunk[..read], cx);
        }
        self.chunk = chunk;
        polled
    }

    /// Hands over every whole line; at the end of the input also the last, unended one.
    fn take_chunk(&mut self, mut chunk: &[u8], cx: &mut Context<'_>) {
        let mut lines = Vec::with_capacity(AT_ONCE);
        // Looks at 32 bytes at once: byte by byte it was 2,000 instructions a message.
        while let Some(end) = memchr::memchr(b'\n', chunk) {
            let (line, rest) = (&chunk[..end], &chunk[end + 1..]);
            chunk = rest;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if !self.unread.is_empty() {
                let mut whole = std::mem::take(&mut self.unread);
                whole.extend_from_slice(line);
                self.take_line(&whole, cx);
            } else if line.len() > self.longest || lines.len() == AT_ONCE {
                self.take_lines(&lines, cx);
                lines.clear();
                self.take_line(line, cx);
            } else {
                lines.push(line.trim_ascii());
            }
        }
        self.take_lines(&lines, cx);
        if self.skipping {
            return;
        }
        self.unread.extend_from_slice(chunk);
        if self.unread.len() > self.longest {
            self.refuse_length();
            self.skipping = true;
            self.unread = Vec::new();
        }
        if self.ended && !self.unread.is_empty() {
            let last = std::mem::take(&mut self.unread);
            self.take_line(&last, cx);
        }
    }

    fn take_line(&mut self, line: &[u8], cx: &mut Context<'_>) {
        if line.len() > self.longest {
            return self.refuse_length();
        }
        self.take_lines(&[line.trim_ascii()], cx);
    }

    /// Hands over what has come at once.
    fn take_lines(&mut self, lines: &[&[u8]], cx: &mut Context<'_>) {
        let conversation = Arc::clone(&self.conversation);
        conversation.accept_all(lines, cx, &mut |accepted| match accepted {
            Accepted::Nothing => {}
            Accepted::Answer(reply) => self.outgoing.append(&reply.body),
            Accepted::Running(running) => self.follow(running),
        });
    }

    fn follow(&mut self, running: Running) {
        self.calls.spawn(drive(running, Arc::clone(&self.outgoing), self.ending.clone()));
    }

    fn refuse_length(&self) {
        let words = format!("the message is longer than {} bytes", self.longest);
        let error = Error::protocol(ErrorCode::INVALID_REQUEST, words);
        self.outgoing.append(&jsonrpc::error_message(None, error.code(), &error));
    }
}

/// Writes what a call says until it has answered.
async fn drive(mut running: Running, outgoing: Arc<Outgoing>, ending: Stop) {
    loop {
        match running.next_until(&ending).await {
            Event::Speak(message) => outgoing.push(&message),
            Event::Answer(reply) => return outgoing.push(&reply.body),
            Event::Pause(_) => {}
            Event::Gone => return,
        }
    }
}
