//! The spans that are open, and which of them each thread is in.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::Metadata;
use tracing::span::{Attributes, Id, Record};

use super::line::{Line, Words};

/// Threads take turns at these, so that few of them meet.
const RACKS: usize = 16;

thread_local! {
    /// The spans that this thread is in; the last one is the innermost.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
    /// Where this thread puts its spans.
    static RACK: usize = {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        THREADS.fetch_add(1, Ordering::Relaxed) % RACKS
    };
}

#[derive(Debug, Default)]
pub(super) struct Spans([Mutex<Rack>; RACKS]);

#[derive(Debug, Default)]
struct Rack {
    spans: Vec<Option<Span>>,
    /// Places where no span is any more.
    free: Vec<usize>,
}

#[derive(Debug)]
struct Span {
    metadata: &'static Metadata<'static>,
    words: Words,
    outer: Option<Id>,
    /// How many hold it.
    holders: usize,
}

impl Spans {
    /// The rack of a span, and its place there.
    fn rack(&self, id: &Id) -> (MutexGuard<'_, Rack>, usize) {
        let number = usize::try_from(id.into_u64()).unwrap_or_default().saturating_sub(1);
        (self.lock(number % RACKS), number / RACKS)
    }

    fn lock(&self, rack: usize) -> MutexGuard<'_, Rack> {
        self.0[rack].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, id: &Id, look: impl FnOnce(&mut Span) -> T) -> Option<T> {
        let (mut rack, place) = self.rack(id);
        rack.spans.get_mut(place)?.as_mut().map(look)
    }

    pub(super) fn open(&self, span: &Attributes<'_>) -> Id {
        let mut words = Words::default();
        span.record(&mut words);
        let outer = if span.is_contextual() { current() } else { span.parent().cloned() };
        if let Some(outer) = &outer {
            self.share(outer);
        }
        let span = Span { metadata: span.metadata(), words, outer, holders: 1 };
        let at = RACK.try_with(|rack| *rack).unwrap_or_default();
        let rack = &mut *self.lock(at);
        let place = rack.free.pop().unwrap_or_else(|| {
            rack.spans.push(None);
            rack.spans.len() - 1
        });
        rack.spans[place] = Some(span);
        Id::from_u64((place * RACKS + at + 1) as u64)
    }

    pub(super) fn record(&self, id: &Id, values: &Record<'_>) {
        self.with(id, |span| values.record(&mut span.words));
    }

    pub(super) fn share(&self, id: &Id) {
        self.with(id, |span| span.holders += 1);
    }

    /// One holder less. Whether it was the last: then it lets go of the span around it too.
    pub(super) fn close(&self, id: &Id) -> bool {
        let (mut rack, place) = self.rack(id);
        let Some(slot) = rack.spans.get_mut(place) else {
            return false;
        };
        let Some(span) = slot else {
            return false;
        };
        span.holders -= 1;
        if span.holders > 0 {
            return false;
        }
        let outer = slot.take().and_then(|span| span.outer);
        rack.free.push(place);
        drop(rack);
        if let Some(outer) = outer {
            self.close(&outer);
        }
        true
    }

    pub(super) fn metadata(&self, id: &Id) -> Option<&'static Metadata<'static>> {
        self.with(id, |span| span.metadata)
    }

    /// The spans around something, from the outermost to `id`.
    pub(super) fn write(&self, id: Option<&Id>, line: &mut Line) {
        let Some(id) = id else {
            return;
        };
        let outer = self.with(id, |span| span.outer.clone()).flatten();
        self.write(outer.as_ref(), line);
        self.with(id, |span| line.within(span.metadata.name(), &span.words));
    }
}

/// The innermost span that this thread is in.
pub(super) fn current() -> Option<Id> {
    ENTERED.try_with(|entered| entered.borrow().last().cloned()).ok().flatten()
}

pub(super) fn enter(id: &Id) {
    // A thread that ends is in no span.
    let _ = ENTERED.try_with(|entered| entered.borrow_mut().push(id.clone()));
}

pub(super) fn exit(id: &Id) {
    let _ = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        if let Some(at) = entered.iter().rposition(|entered| entered == id) {
            entered.remove(at);
        }
    });
}
