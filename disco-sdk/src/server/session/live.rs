//! What is live of a session: it is kept in this process, and ends with it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use super::super::in_flight::InFlight;
use super::super::interest::Interest;
use super::lock;
use crate::protocol::logging::LogLevel;
use crate::transport::Stop;

/// What is live of a session. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    pub(crate) calls: InFlight,
    /// What the client hears of on the stream that belongs to no request.
    pub(crate) interest: Interest,
    rest: Arc<Rest>,
}

#[derive(Debug, Default)]
struct Rest {
    /// The place of the log level among all, from 1 on; 0: none was chosen. Each call reads it.
    log_level: AtomicU8,
    /// Ends the open stream that belongs to no request.
    stream: Mutex<Option<Stop>>,
}

impl Live {
    /// The least severe level that the client wants, if it has chosen one.
    pub(super) fn log_level(&self) -> Option<LogLevel> {
        let place = usize::from(self.rest.log_level.load(Ordering::Relaxed));
        LogLevel::ALL.get(place.checked_sub(1)?).copied()
    }

    pub(crate) fn set_log_level(&self, level: LogLevel) {
        self.rest.log_level.store(level as u8 + 1, Ordering::Relaxed);
    }

    /// Begins the stream that belongs to no request. One that was open ends: a message is told on one
    /// stream only (2025-11-25, basic/transports "multiple connections").
    pub(crate) fn begin_stream(&self) -> Stop {
        let stop = Stop::default();
        let before = lock(&self.rest.stream).replace(stop.clone());
        if let Some(before) = before {
            before.now();
        }
        stop
    }

    /// Takes note that the stream has ended, unless another has begun.
    pub(crate) fn stream_ended(&self, stop: &Stop) {
        lock(&self.rest.stream).take_if(|open| open.is(stop));
    }

    /// Whether a call is under way or the stream is open.
    pub(super) fn is_open(&self) -> bool {
        lock(&self.rest.stream).is_some() || !self.calls.is_empty()
    }

    /// Whether nothing would be lost without it.
    pub(super) fn is_idle(&self) -> bool {
        self.log_level().is_none() && !self.interest.names_resources() && !self.is_open()
    }

    /// Ends the stream and cancels the calls.
    pub(super) fn end(&self) {
        let stream = lock(&self.rest.stream).take();
        if let Some(stream) = stream {
            stream.now();
        }
        self.calls.cancel_all();
    }
}
