//! One message a line, over any pair of byte streams.
//!
//! One task owns both ends. It polls each handler once where its message was read, and goes on with those
//! that wait. What is answered meanwhile goes out in one write.

use std::future::poll_fn;
use std::io;
use std::ops::Range;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::yield_now;
use tokio::time::timeout;

use super::calls::Calls;
use super::{Accepted, Conversation, Limits, Stop, Taker};
use crate::error::{Error, ErrorCode};
use crate::protocol::jsonrpc;

/// How much is read at once. So much comes from the kernel empty, and takes room only as it is filled: half of it
/// would be cleared, and held, from the start.
const CHUNK: usize = 128 << 10;
/// How many lines are handed over at once, at most. Of what each call takes and gives back, glibc's allocator keeps
/// seven of a size at hand: with twice as many, a twentieth of a call's work was in the allocator.
const AT_ONCE: usize = 7;
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
        rest: 0..0,
        unread: Vec::new(),
        skipping: false,
        ended: false,
        outgoing: Vec::new(),
        writing: Vec::new(),
        written: 0,
        calls: Calls::new(),
        longest: limits.message_bytes,
    };
    lines.calls.push(lines.conversation.listen());
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
    /// What of the chunk was not handed over yet.
    rest: Range<usize>,
    /// The beginning of a line whose end has not come yet.
    unread: Vec<u8>,
    /// Whether the rest of a line that is too long is being thrown away.
    skipping: bool,
    ended: bool,
    /// Lines on their way out.
    outgoing: Vec<u8>,
    /// Those that are being written.
    writing: Vec<u8>,
    written: usize,
    calls: Calls,
    longest: usize,
}

/// Ends a line and puts it behind the others.
fn append(outgoing: &mut Vec<u8>, message: &[u8]) {
    outgoing.extend_from_slice(message);
    outgoing.push(b'\n');
}

/// Answers go out, and calls that go on take a place.
struct Taking<'l> {
    outgoing: &'l mut Vec<u8>,
    calls: &'l mut Calls,
}

impl Taker for Taking<'_> {
    fn waker(&self) -> &Waker {
        self.calls.waker()
    }

    fn take(&mut self, accepted: Accepted) {
        match accepted {
            Accepted::Nothing => {}
            Accepted::Answer(reply) => append(self.outgoing, &reply.body),
            Accepted::Running(running) => self.calls.push(running),
        }
    }
}

impl Lines {
    /// Ready when everything that was read before the end is answered and written.
    fn poll_serve(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The streams come first: calls may use up what the runtime allows this task in one turn.
        self.poll_streams(cx)?;
        if self.ended && self.rest.is_empty() {
            self.calls.wind_down();
        }
        self.calls.poll(cx, |message| append(&mut self.outgoing, message));
        let is_written = self.poll_write(cx)?.is_ready();
        let is_done = self.ended && self.rest.is_empty() && is_written && self.calls.is_empty();
        if is_done { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    /// Writes what there is and takes what has come, for so long as others can wait.
    fn poll_streams(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        for _ in 0..CHUNKS_A_TURN {
            let is_written = self.poll_write(cx)?.is_ready();
            let is_full = !is_written && self.unwritten() > MOST_UNWRITTEN;
            if is_full || (self.rest.is_empty() && (self.ended || self.poll_read(cx)?.is_pending())) {
                return Ok(());
            }
            let waiting = self.calls.len();
            self.take_chunk();
            if self.calls.len() > waiting {
                // While the runtime does not know of a timer that ends sooner, each that is set is a system
                // call to wake it. It learns of those of these calls before others set theirs.
                break;
            }
        }
        // Not before the runtime has looked at its timers and descriptors.
        let _ = pin!(yield_now()).poll(cx);
        Ok(())
    }

    fn unwritten(&self) -> usize {
        self.writing.len() - self.written + self.outgoing.len()
    }

    /// Ready when nothing waits to be written.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.written == self.writing.len() {
                self.writing.clear();
                self.written = 0;
                self.writing.shrink_to(CHUNK);
                if self.outgoing.is_empty() {
                    return Pin::new(&mut self.output).poll_flush(cx);
                }
                std::mem::swap(&mut self.outgoing, &mut self.writing);
            }
            let rest = &self.writing[self.written..];
            match ready!(Pin::new(&mut self.output).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.written += written,
            }
        }
    }

    /// Reads one chunk.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // It stays filled, so nothing is cleared.
        let mut buffer = ReadBuf::new(&mut self.chunk);
        ready!(Pin::new(&mut self.input).poll_read(cx, &mut buffer))?;
        self.rest = 0..buffer.filled().len();
        self.ended = self.rest.is_empty();
        Poll::Ready(Ok(()))
    }

    /// Hands over the lines that the chunk ends, until calls wait.
    fn take_chunk(&mut self) {
        // Taken out for as long as lines are borrowed from it.
        let chunk = std::mem::take(&mut self.chunk);
        let rest = self.take_whole_lines(&chunk[self.rest.clone()]);
        self.rest.start = self.rest.end - rest;
        self.chunk = chunk;
    }

    /// Hands over every whole line until calls wait, at the end of the input also the last, unended one. Gives
    /// how much is left.
    fn take_whole_lines(&mut self, mut chunk: &[u8]) -> usize {
        let (waiting, is_end) = (self.calls.len(), chunk.is_empty());
        let mut lines = Vec::with_capacity(AT_ONCE);
        // Looks at 32 bytes at once: byte by byte it was 2,000 instructions a message.
        while let Some(end) = memchr::memchr(b'\n', chunk) {
            let (line, rest) = (&chunk[..end], &chunk[end + 1..]);
            if lines.len() == AT_ONCE {
                self.take_lines(&lines);
                lines.clear();
                if self.calls.len() > waiting {
                    return chunk.len();
                }
            }
            chunk = rest;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if !self.unread.is_empty() {
                let mut whole = std::mem::take(&mut self.unread);
                whole.extend_from_slice(line);
                self.take_line(&whole);
            } else if line.len() > self.longest {
                self.take_lines(&lines);
                lines.clear();
                self.refuse_length();
            } else {
                lines.push(line.trim_ascii());
            }
        }
        self.take_lines(&lines);
        if self.skipping {
            return 0;
        }
        self.unread.extend_from_slice(chunk);
        if self.unread.len() > self.longest {
            self.refuse_length();
            self.skipping = true;
            self.unread = Vec::new();
        }
        if is_end && !self.unread.is_empty() {
            let last = std::mem::take(&mut self.unread);
            self.take_line(&last);
        }
        0
    }

    fn take_line(&mut self, line: &[u8]) {
        if line.len() > self.longest {
            return self.refuse_length();
        }
        self.take_lines(&[line.trim_ascii()]);
    }

    /// Hands over what has come at once.
    fn take_lines(&mut self, lines: &[&[u8]]) {
        let mut taker = Taking { outgoing: &mut self.outgoing, calls: &mut self.calls };
        self.conversation.accept_all(lines, &mut taker);
    }

    fn refuse_length(&mut self) {
        let words = format!("the message is longer than {} bytes", self.longest);
        let error = Error::protocol(ErrorCode::INVALID_REQUEST, words);
        append(&mut self.outgoing, &jsonrpc::error_message(None, error.code(), &error));
    }
}
