//! Linux: the two descriptors themselves, woken by the kernel rather than by a thread.
//!
//! Clients hand over pipes (Python, Go, shells) or sockets (Node). A pipe is opened anew so that the
//! non-blocking flag stays ours alone; a socket is asked not to wait at each call. A terminal is shared with
//! the shell, flag and all: it is asked first whether it would wait. A file on a disk never does.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::net::{RecvFlags, SendFlags};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use crate::transport::line::{Input, Output};

/// What a pipe that has room at all takes without waiting: a page.
const NO_WAIT: usize = 4096;

/// Takes standard input and output away from the rest of the process.
pub(super) fn take() -> io::Result<(Input, Output)> {
    let input = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    let output = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    let input: Input = match polled(&input, OFlags::RDONLY, Interest::READABLE)? {
        Some(polled) => Box::new(polled),
        None => Box::new(Disk(File::from(input))),
    };
    let output: Output = match polled(&output, OFlags::WRONLY, Interest::WRITABLE)? {
        Some(polled) => Box::new(polled),
        None => Box::new(Disk(File::from(output))),
    };
    Ok((input, output))
}

/// A descriptor that the kernel tells us about; `None` if it never waits.
fn polled(fd: &OwnedFd, access: OFlags, interest: Interest) -> io::Result<Option<Polled>> {
    let kind = FileType::from_raw_mode(rustix::fs::fstat(fd)?.st_mode);
    let reopened = if kind == FileType::Fifo { reopened(fd, access) } else { None };
    let (fd, manner) = match reopened {
        Some(pipe) => (pipe, Manner::Flagged),
        None if kind == FileType::Socket => (fd.try_clone()?, Manner::Socket),
        None => (fd.try_clone()?, Manner::Asked),
    };
    match watched(fd, interest) {
        Ok(fd) => Ok(Some(Polled { fd, manner })),
        // So the kernel refuses to watch what never waits.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        Err(error) => Err(error),
    }
}

#[expect(
    deprecated,
    reason = "deprecated for types that may change or close their descriptor; an OwnedFd does neither, \
              and the constructor that replaces this one is unsafe, which this crate forbids"
)]
fn watched(fd: OwnedFd, interest: Interest) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(fd, interest)
}

/// The same pipe with flags of its own.
fn reopened(fd: &OwnedFd, access: OFlags) -> Option<OwnedFd> {
    use std::os::fd::AsRawFd as _;
    let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let flags = access | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).ok()
}

struct Polled {
    fd: AsyncFd<OwnedFd>,
    manner: Manner,
}

/// How it is kept from waiting.
enum Manner {
    /// Its flag says so.
    Flagged,
    /// Each call says so.
    Socket,
    /// It is asked before.
    Asked,
}

/// Fails if it would wait.
fn ask(fd: &OwnedFd, whether: PollFlags) -> io::Result<()> {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    match poll(&mut [PollFd::new(fd, whether)], Some(&now))? {
        0 => Err(io::ErrorKind::WouldBlock.into()),
        _ => Ok(()),
    }
}

impl Polled {
    fn read(&self, fd: &OwnedFd, into: &mut [u8]) -> io::Result<usize> {
        match self.manner {
            Manner::Socket => return Ok(rustix::net::recv(fd.as_fd(), into, RecvFlags::DONTWAIT)?.0),
            Manner::Asked => ask(fd, PollFlags::IN)?,
            Manner::Flagged => {}
        }
        Ok(rustix::io::read(fd.as_fd(), into)?)
    }

    fn write(&self, fd: &OwnedFd, mut bytes: &[u8]) -> io::Result<usize> {
        match self.manner {
            Manner::Socket => {
                let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                return Ok(rustix::net::send(fd.as_fd(), bytes, flags)?);
            }
            Manner::Asked => {
                ask(fd, PollFlags::OUT)?;
                bytes = &bytes[..bytes.len().min(NO_WAIT)];
            }
            Manner::Flagged => {}
        }
        Ok(rustix::io::write(fd.as_fd(), bytes)?)
    }
}

impl AsyncRead for Polled {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut ready = ready!(self.fd.poll_read_ready(cx))?;
            match ready.try_io(|fd| self.read(fd.get_ref(), buf.initialize_unfilled())) {
                Ok(Ok(read)) => {
                    // Less than there was room for: there is no more. To be told so by the kernel would be
                    // one call of it more for all that is read. A terminal gives a line at a time.
                    let is_terminal = matches!(self.manner, Manner::Asked);
                    if read > 0 && read < buf.remaining() && !is_terminal {
                        ready.clear_ready();
                    }
                    buf.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
    }
}

impl AsyncWrite for Polled {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut ready = ready!(self.fd.poll_write_ready(cx))?;
            match ready.try_io(|fd| self.write(fd.get_ref(), bytes)) {
                Ok(Ok(written)) => return Poll::Ready(Ok(written)),
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A file, or a device that is always ready, such as `/dev/null`.
struct Disk(File);

impl AsyncRead for Disk {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.0.read(buf.initialize_unfilled())?;
        buf.advance(read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Disk {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
