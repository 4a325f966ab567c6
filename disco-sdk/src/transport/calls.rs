//! The calls of one peer that wait, polled by the task that reads and writes for that peer.
//!
//! As tasks of the runtime each of them would be moved to the heap, put on two lists and scheduled: twice the
//! work of the call itself. Here a call that waits takes a place, whose waker is made once and used by all
//! that come to stand there.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::task::coop;

use super::{Event, Running};

/// Calls under way.
pub(super) struct Calls {
    places: Vec<Place>,
    /// Those where no call stands, but for the next.
    free: Vec<usize>,
    /// Where the next call will stand.
    next: usize,
    woken: Arc<Woken>,
    is_winding_down: bool,
}

struct Place {
    running: Option<Running>,
    bell: Arc<Bell>,
    waker: Waker,
}

/// Rings for the call at one place.
struct Bell {
    at: usize,
    has_rung: AtomicBool,
    woken: Arc<Woken>,
}

/// The places whose bells have rung, in their order, and the task that polls them.
#[derive(Default)]
struct Woken(Mutex<(VecDeque<usize>, Option<Waker>)>);

impl Woken {
    fn lock(&self) -> MutexGuard<'_, (VecDeque<usize>, Option<Waker>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.has_rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut woken = self.woken.lock();
        woken.0.push_back(self.at);
        let task = woken.1.take();
        drop(woken);
        if let Some(task) = task {
            task.wake();
        }
    }
}

impl Calls {
    pub(super) fn new() -> Self {
        let mut calls = Self {
            places: Vec::new(),
            free: Vec::new(),
            next: 0,
            woken: Arc::default(),
            is_winding_down: false,
        };
        calls.next = calls.place();
        calls
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len() - 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Wakes the next call.
    pub(super) fn waker(&self) -> &Waker {
        &self.places[self.next].waker
    }

    /// Takes a call, to be polled in this turn unless it was.
    pub(super) fn push(&mut self, running: Running) {
        let at = self.next;
        let place = &mut self.places[at];
        if !running.is_waiting() && !place.bell.has_rung.swap(true, Ordering::AcqRel) {
            self.woken.lock().0.push_back(at);
        }
        place.running = Some(running);
        self.next = self.place();
    }

    /// A place where no call stands.
    fn place(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            let at = self.places.len();
            let woken = Arc::clone(&self.woken);
            let bell = Arc::new(Bell { at, has_rung: AtomicBool::new(false), woken });
            let waker = Waker::from(Arc::clone(&bell));
            self.places.push(Place { running: None, bell, waker });
            at
        })
    }

    /// Polls those that were woken, each once, and tells `say` their messages. One that uses up what the
    /// runtime allows a task in one turn does not keep the others waiting: they are first in the next.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, mut say: impl FnMut(&[u8])) {
        let mut left = self.woken.lock().0.len();
        while left > 0 && coop::has_budget_remaining() {
            let next = self.woken.lock().0.pop_front();
            if let Some(at) = next {
                self.poll_at(at, &mut say);
            }
            left -= 1;
        }
        let mut woken = self.woken.lock();
        if woken.0.is_empty() {
            woken.1 = Some(cx.waker().clone());
        } else {
            cx.waker().wake_by_ref();
        }
    }

    fn poll_at(&mut self, at: usize, say: &mut impl FnMut(&[u8])) {
        let place = &mut self.places[at];
        place.bell.has_rung.store(false, Ordering::Release);
        // Who has left may still have had a waker.
        let Some(running) = &mut place.running else { return };
        let cx = &mut Context::from_waker(&place.waker);
        let polled = catch_unwind(AssertUnwindSafe(|| events(running, cx, say)));
        if polled.unwrap_or(Poll::Ready(())).is_ready() {
            place.running = None;
            self.free.push(at);
        }
    }

    /// Says that nothing more is read: what would last for ever has to end.
    pub(super) fn wind_down(&mut self) {
        if std::mem::replace(&mut self.is_winding_down, true) {
            return;
        }
        for place in &mut self.places {
            if let Some(running) = place.running.as_mut().filter(|running| running.is_lasting()) {
                running.wind_down();
                place.bell.wake_by_ref();
            }
        }
    }
}

/// Tells what a call says; ready when it says nothing more.
fn events(running: &mut Running, cx: &mut Context<'_>, say: &mut impl FnMut(&[u8])) -> Poll<()> {
    loop {
        match running.poll_event(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Event::Speak(message)) => say(&message),
            Poll::Ready(Event::Pause(_)) => {}
            Poll::Ready(Event::Answer(reply)) => {
                say(&reply.body);
                return Poll::Ready(());
            }
            Poll::Ready(Event::Gone) => return Poll::Ready(()),
        }
    }
}

#[cfg(test)]
mod tests;
