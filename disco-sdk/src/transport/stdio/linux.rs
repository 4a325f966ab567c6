//! Linux: the two descriptors themselves, woken by the kernel rather than by a thread.
//!
//! Clients hand over pipes (Python, Go, shells) or sockets (Node). A pipe is opened anew so that the
//! non-blocking flag stays ours alone; a socket is asked not to wait at each call. Anything else (a
//! file, a terminal) goes through the runtime's threads.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::fs::{FileType, Mode, OFlags};
use rustix::net::{RecvFlags, SendFlags};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use crate::transport::line::{Input, Output};

/// Takes standard input and output away from the rest of the process.
pub(super) fn take() -> io::Result<(Input, Output)> {
    let input = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    let output = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    let input: Input = match polled(&input, OFlags::RDONLY, Interest::READABLE) {
        Some(polled) => Box::new(polled),
        None => Box::new(tokio::fs::File::from_std(File::from(input))),
    };
    let output: Output = match polled(&output, OFlags::WRONLY, Interest::WRITABLE) {
        Some(polled) => Box::new(polled),
        None => Box::new(tokio::fs::File::from_std(File::from(output))),
    };
    Ok((input, output))
}

/// A descriptor that the kernel tells us about; `None` if it is of another kind.
fn polled(fd: &OwnedFd, access: OFlags, interest: Interest) -> Option<Polled> {
    let kind = FileType::from_raw_mode(rustix::fs::fstat(fd).ok()?.st_mode);
    let (fd, is_socket) = match kind {
        FileType::Fifo => (reopened(fd, access)?, false),
        FileType::Socket => (fd.try_clone().ok()?, true),
        _ => return None,
    };
    Some(Polled { fd: watched(fd, interest)?, is_socket })
}

#[expect(
    deprecated,
    reason = "deprecated for types that may change or close their descriptor; an OwnedFd does neither, \
              and the constructor that replaces this one is unsafe, which this crate forbids"
)]
fn watched(fd: OwnedFd, interest: Interest) -> Option<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(fd, interest).ok()
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
    is_socket: bool,
}

impl AsyncRead for Polled {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut ready = ready!(self.fd.poll_read_ready(cx))?;
            let read = ready.try_io(|fd| {
                let unfilled = buf.initialize_unfilled();
                if self.is_socket {
                    let (read, _) = rustix::net::recv(fd.as_fd(), unfilled, RecvFlags::DONTWAIT)?;
                    return Ok(read);
                }
                Ok(rustix::io::read(fd.as_fd(), unfilled)?)
            });
            match read {
                Ok(Ok(read)) => {
                    // Less than there was room for: there is no more. To be told so by the kernel would be
                    // one call of it more for all that is read.
                    if read > 0 && read < buf.remaining() {
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
            let written = ready.try_io(|fd| {
                if self.is_socket {
                    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                    return Ok(rustix::net::send(fd.as_fd(), bytes, flags)?);
                }
                Ok(rustix::io::write(fd.as_fd(), bytes)?)
            });
            match written {
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
