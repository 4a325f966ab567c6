//! When a run is over: nothing in the world can move the handler but the answers.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as Polling, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Who holds the waker besides the handler: this struct twice, and the journal.
const OURS: usize = 3;
/// A handler that is on its way through the log is given this many windows.
const PATIENCE: u32 = 50;

/// Polls a handler whose questions wait, and tells when it has settled.
pub(crate) struct Settling {
    wake: Arc<Wake>,
    waker: Waker,
    window: Duration,
    clock: Option<Clock>,
}

struct Clock {
    start: Instant,
    step: Duration,
    sleep: Pin<Box<Sleep>>,
}

/// How the questions of a handler stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// Questions wait.
    pub(crate) is_stuck: bool,
    /// An effect is under way, which is never interrupted.
    pub(crate) is_busy: bool,
    /// It has not come to where it was in the round before.
    pub(crate) has_more: bool,
}

/// What to do with a handler that is pending.
pub(crate) enum Verdict {
    /// It was woken meanwhile.
    PollAgain,
    /// Something else may wake it.
    Wait,
    /// It has settled.
    Settled,
}

struct Wake {
    woken: AtomicBool,
    outer: Mutex<Waker>,
}

impl std::task::Wake for Wake {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        let outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        outer.wake();
    }
}

impl Settling {
    pub(crate) fn new(window: Duration, cx: &Polling<'_>) -> Self {
        let outer = Mutex::new(cx.waker().clone());
        let wake = Arc::new(Wake { woken: AtomicBool::new(false), outer });
        let waker = Waker::from(Arc::clone(&wake));
        Self { wake, waker, window, clock: None }
    }

    /// The waker to poll the handler with.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// To be called before each poll.
    pub(crate) fn begin(&self, cx: &Polling<'_>) {
        let mut outer = self.wake.outer.lock().unwrap_or_else(PoisonError::into_inner);
        outer.clone_from(cx.waker());
        drop(outer);
        self.wake.woken.store(false, Ordering::SeqCst);
    }

    /// What to do after a poll that was pending.
    pub(crate) fn judge(&mut self, standing: Standing, cx: &mut Polling<'_>) -> Verdict {
        if self.is_woken() {
            return Verdict::PollAgain;
        }
        if !standing.is_stuck || standing.is_busy {
            self.clock = None;
            return Verdict::Wait;
        }
        // Whoever lets go of the waker last may have used it: look again.
        if Arc::strong_count(&self.wake) <= OURS {
            return if self.is_woken() { Verdict::PollAgain } else { Verdict::Settled };
        }
        if tokio::runtime::Handle::try_current().is_err() {
            return Verdict::Settled;
        }
        let step = Duration::from_millis(1);
        let clock = self.clock.get_or_insert_with(|| Clock {
            start: Instant::now(),
            step,
            sleep: Box::pin(sleep(step)),
        });
        let window = if standing.has_more { self.window * PATIENCE } else { self.window };
        while clock.sleep.as_mut().poll(cx).is_ready() {
            let spent = clock.start.elapsed();
            if spent >= window {
                return Verdict::Settled;
            }
            clock.step = (clock.step * 2).min(window.saturating_sub(spent)).max(Duration::from_millis(1));
            let next = Instant::now() + clock.step;
            clock.sleep.as_mut().reset(next);
        }
        Verdict::Wait
    }

    fn is_woken(&self) -> bool {
        self.wake.woken.load(Ordering::SeqCst)
    }
}
