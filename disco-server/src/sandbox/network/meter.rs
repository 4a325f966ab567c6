//! Counts what goes over a connection, and ends it when it is too much or when nothing goes.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::sandbox::exec::Usage;

/// What all connections of one command carry together, in bytes.
#[derive(Debug)]
pub(crate) struct Traffic {
    left: AtomicU64,
    received: AtomicU64,
    sent: AtomicU64,
}

impl Traffic {
    /// None yet, and so much may come.
    pub(super) fn within(most: u64) -> Arc<Self> {
        Arc::new(Self {
            left: AtomicU64::new(most),
            received: AtomicU64::default(),
            sent: AtomicU64::default(),
        })
    }

    /// Adds it to what the command has used.
    pub(crate) fn add_to(&self, usage: &mut Usage) {
        usage.network_received_bytes += self.received.load(Ordering::Relaxed);
        usage.network_sent_bytes += self.sent.load(Ordering::Relaxed);
    }
}

/// A connection to the outside, within the bounds of its command.
#[derive(Debug)]
pub(crate) struct Metered {
    inner: TcpStream,
    traffic: Arc<Traffic>,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
}

impl Metered {
    pub(super) fn new(inner: TcpStream, traffic: Arc<Traffic>, idle: Duration) -> Self {
        Self { inner, traffic, idle, silence: Box::pin(sleep(idle)) }
    }

    fn count(&mut self, bytes: usize) -> io::Result<()> {
        self.silence.as_mut().reset(Instant::now() + self.idle);
        let bytes = bytes as u64;
        let take = |left: u64| left.checked_sub(bytes);
        match self.traffic.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => Err(io::Error::other("the command has transferred as much as it may (`network_mb`)")),
        }
    }

    /// What a call that has to wait gives: the end, if it has waited too long.
    fn waiting<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        self.silence.as_mut().poll(cx).map(|()| {
            Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "nothing was transferred for too long (`network_idle_secs`)",
            ))
        })
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        match Pin::new(&mut self.inner).poll_read(cx, into) {
            Poll::Ready(Ok(())) => {
                let bytes = into.filled().len() - before;
                self.traffic.received.fetch_add(bytes as u64, Ordering::Relaxed);
                Poll::Ready(self.count(bytes))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => self.waiting(cx),
        }
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write(cx, bytes) {
            Poll::Ready(Ok(written)) => {
                self.traffic.sent.fetch_add(written as u64, Ordering::Relaxed);
                Poll::Ready(self.count(written).map(|()| written))
            }
            Poll::Ready(error) => Poll::Ready(error),
            Poll::Pending => self.waiting(cx),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
