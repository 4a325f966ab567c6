//! The spans that are open, and which of them each thread is in.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::Metadata;
use tracing::span::{Attributes, Id, Record};

use super::line::{Line, Words};

/// Threads take turns at these, so that few of them meet.
const SHELVES: usize = 16;

thread_local! {
    /// The spans that this thread is in; the last one is the innermost.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
    /// Where this thread puts its spans.
    static SHELF: usize = {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        THREADS.fetch_add(1, Ordering::Relaxed) % SHELVES
    };
}

#[derive(Debug, Default)]
pub(super) struct Spans([Mutex<Shelf>; SHELVES]);

#[derive(Debug, Default)]
struct Shelf {
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
    /// The shelf of a span, and its place there.
    fn shelf(&self, id: &Id) -> (MutexGuard<'_, Shelf>, usize) {
        let number = usize::try_from(id.into_u64()).unwrap_or_default().saturating_sub(1);
        (self.lock(number % SHELVES), number / SHELVES)
    }

    fn lock(&self, shelf: usize) -> MutexGuard<'_, Shelf> {
        self.0[shelf].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, id: &Id, look: impl FnOnce(&mut Span) -> T) -> Option<T> {
        let (mut shelf, place) = self.shelf(id);
        shelf.spans.get_mut(place)?.as_mut().map(look)
    }

    pub(super) fn open(&self, span: &Attributes<'_>) -> Id {
        let mut words = Words::default();
        span.record(&mut words);
        let outer = if span.is_contextual() { self.current() } else { span.parent().cloned() };
        if let Some(outer) = &outer {
            self.share(outer);
        }
        let span = Span { metadata: span.metadata(), words, outer, holders: 1 };
        let at = SHELF.try_with(|shelf| *shelf).unwrap_or_default();
        let mut shelf = self.lock(at);
        let place = match shelf.free.pop() {
            Some(place) => {
                shelf.spans[place] = Some(span);
                place
            }
            None => {
                shelf.spans.push(Some(span));
                shelf.spans.len() - 1
            }
        };
        Id::from_u64((place * SHELVES + at + 1) as u64)
    }

    pub(super) fn record(&self, id: &Id, values: &Record<'_>) {
        self.with(id, |span| values.record(&mut span.words));
    }

    pub(super) fn share(&self, id: &Id) {
        self.with(id, |span| span.holders += 1);
    }

    /// One holder less. Whether it was the last: then it lets go of the span around it too.
    pub(super) fn close(&self, id: &Id) -> bool {
        let (mut shelf, place) = self.shelf(id);
        let Some(slot) = shelf.spans.get_mut(place) else {
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
        shelf.free.push(place);
        drop(shelf);
        if let Some(outer) = outer {
            self.close(&outer);
        }
        true
    }

    #[expect(clippy::unused_self, reason = "a thread is in spans of the one log of the program")]
    pub(super) fn current(&self) -> Option<Id> {
        ENTERED.try_with(|entered| entered.borrow().last().cloned()).ok().flatten()
    }

    pub(super) fn metadata(&self, id: &Id) -> Option<&'static Metadata<'static>> {
        self.with(id, |span| span.metadata)
    }

    pub(super) fn enter(&self, id: &Id) {
        // A thread that ends is in no span.
        let _ = ENTERED.try_with(|entered| entered.borrow_mut().push(id.clone()));
    }

    pub(super) fn exit(&self, id: &Id) {
        let _ = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            if let Some(at) = entered.iter().rposition(|entered| entered == id) {
                entered.remove(at);
            }
        });
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
