//! Descriptors that the launcher hands to the server, over the socket on which it answers.
//!
//! What it answers are lines of JSON (see `spec`). One of them, `{"handed_over":"terminal"}`, carries a descriptor.

use std::collections::VecDeque;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream as Launcher;

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags,
};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWriteExt as _, Interest};
use tokio::net::UnixStream;

use super::spec::Report;
use crate::sandbox::exec::Usage;

/// What is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Thing {
    /// The launcher itself, when it was forked.
    Launcher,
    /// The server's end of the terminal that the command runs on.
    Terminal,
    /// The socket on which the sandbox's network listens.
    Proxy,
}

#[derive(Debug, Serialize, Deserialize)]
struct HandedOver {
    handed_over: Thing,
}

/// Hands `fd` to the server; the launcher's side.
///
/// # Errors
/// When the server is gone.
pub(super) fn send(control: &Launcher, thing: Thing, fd: BorrowedFd<'_>) -> io::Result<()> {
    let mut line = serde_json::to_vec(&HandedOver { handed_over: thing })?;
    line.push(b'\n');
    send_with(control, &line, &[fd], SendFlags::empty())
}

/// Sends bytes, and at most three descriptors with the first of them.
pub(super) fn send_with(
    to: impl AsFd,
    bytes: &[u8],
    fds: &[BorrowedFd<'_>],
    flags: SendFlags,
) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(3))];
    let mut carried = SendAncillaryBuffer::new(&mut space);
    carried.push(SendAncillaryMessage::ScmRights(fds));
    match rustix::net::sendmsg(to, &[IoSlice::new(bytes)], &mut carried, flags | SendFlags::NOSIGNAL)? {
        sent if sent == bytes.len() => Ok(()),
        _ => Err(io::Error::other("the descriptors were sent in part")),
    }
}

/// What the launcher says.
#[derive(Debug)]
pub(crate) enum Answer {
    /// How it went.
    Report(Report),
    /// What was used.
    Usage(Usage),
    /// Something for the server to hold.
    Handed(Thing, OwnedFd),
}

/// The server's end of the socket.
#[derive(Debug)]
pub(crate) struct Control {
    socket: UnixStream,
    bytes: VecDeque<u8>,
    /// In the order of the lines that they came with.
    handed: VecDeque<OwnedFd>,
}

impl Control {
    pub(crate) fn new(socket: UnixStream) -> Self {
        Self { socket, bytes: VecDeque::new(), handed: VecDeque::new() }
    }

    /// Tells the launcher to end the sandbox.
    pub(crate) fn stop(&self) {
        let _ = rustix::net::shutdown(&self.socket, rustix::net::Shutdown::Write);
    }

    /// The next answer; `None` when the launcher is gone. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<Answer> {
        loop {
            while let Some(line) = self.line() {
                if let Some(answer) = self.understand(&line) {
                    return Some(answer);
                }
            }
            self.socket.readable().await.ok()?;
            if !self.read().ok()? {
                return None;
            }
        }
    }

    /// Tells the launcher what to do.
    ///
    /// # Errors
    /// When it is gone.
    pub(crate) async fn tell(&mut self, line: &[u8]) -> io::Result<()> {
        self.socket.write_all(line).await
    }

    /// Waits for `thing`. The launcher may report a failure instead, or vanish: then there is no descriptor, and
    /// perhaps a report.
    pub(crate) async fn receive(&mut self, thing: Thing) -> Result<OwnedFd, Option<Report>> {
        loop {
            match self.next().await {
                Some(Answer::Handed(handed, fd)) if handed == thing => return Ok(fd),
                Some(Answer::Report(report)) => return Err(Some(report)),
                Some(Answer::Usage(_) | Answer::Handed(..)) => {}
                None => return Err(None),
            }
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let end = self.bytes.iter().position(|byte| *byte == b'\n')?;
        Some(self.bytes.drain(..=end).collect())
    }

    fn understand(&mut self, line: &[u8]) -> Option<Answer> {
        if let Ok(HandedOver { handed_over }) = serde_json::from_slice(line) {
            return self.handed.pop_front().map(|fd| Answer::Handed(handed_over, fd));
        }
        let report = serde_json::from_slice(line).map(Answer::Report);
        report.or_else(|_| serde_json::from_slice(line).map(Answer::Usage)).ok()
    }

    /// Reads what is there; false at the end.
    fn read(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 4096];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(4))];
        let mut carried = RecvAncillaryBuffer::new(&mut space);
        let received = self.socket.try_io(Interest::READABLE, || {
            let parts = &mut [IoSliceMut::new(&mut bytes)];
            Ok(rustix::net::recvmsg(&self.socket, parts, &mut carried, RecvFlags::CMSG_CLOEXEC)?.bytes)
        });
        let length = match received {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
            Err(error) => return Err(error),
        };
        for message in carried.drain() {
            if let RecvAncillaryMessage::ScmRights(fds) = message {
                self.handed.extend(fds);
            }
        }
        self.bytes.extend(&bytes[..length]);
        Ok(length > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn pair() -> (Launcher, Control) {
        let (theirs, ours) = Launcher::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        (theirs, Control::new(UnixStream::from_std(ours).unwrap()))
    }

    #[tokio::test]
    async fn a_descriptor_comes_between_the_lines() {
        let (mut launcher, mut control) = pair();
        let (mut reader, mut writer) = io::pipe().unwrap();
        launcher.write_all(b"{\"exited\":3}\n").unwrap();
        send(&launcher, Thing::Terminal, writer.as_fd()).unwrap();
        launcher.write_all(b"{\"signalled\":9}\n").unwrap();
        drop(launcher);
        assert!(matches!(control.next().await, Some(Answer::Report(Report::Exited(3)))));
        let Some(Answer::Handed(Thing::Terminal, fd)) = control.next().await else {
            panic!("nothing was handed")
        };
        assert!(matches!(control.next().await, Some(Answer::Report(Report::Signalled(9)))));
        assert!(control.next().await.is_none());
        writer.write_all(b"a").unwrap();
        std::fs::File::from(fd).write_all(b"b").unwrap();
        drop(writer);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "ab");
    }

    #[tokio::test]
    async fn a_report_in_its_place_is_told() {
        let (mut launcher, mut control) = pair();
        launcher.write_all(b"{\"not_found\":\"no such program\"}\n").unwrap();
        let told = control.receive(Thing::Terminal).await.unwrap_err();
        assert_eq!(told, Some(Report::NotFound("no such program".to_owned())));
    }
}
